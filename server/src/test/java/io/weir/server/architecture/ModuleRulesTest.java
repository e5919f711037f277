package io.weir.server.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.jspecify.annotations.NullMarked;

/**
 * Who may see whom. From here every module but the test kit is on the class path; tests may look into more than the
 * product does.
 */
@AnalyzeClasses(packages = "io.weir", importOptions = ImportOption.DoNotIncludeTests.class)
class ModuleRulesTest {
    private static final String[] ROLES = {
        "io.weir.broker..", "io.weir.coordinator..", "io.weir.controller..", "io.weir.proxy.."
    };

    /** A back end: what is below the storage interface's own package, but for servers that are started for trying. */
    private static final DescribedPredicate<JavaClass> BACK_END = JavaClass.Predicates.resideInAPackage(
                    "io.weir.storage.*..")
            .and(JavaClass.Predicates.resideOutsideOfPackage("io.weir.storage.hdfs.local.."))
            .as("back ends of the store");

    @ArchTest
    static final ArchRule ROLES_NEVER_SEE_EACH_OTHER = slices().matching(
                    "io.weir.(broker|coordinator|controller|proxy)..")
            .should()
            .notDependOnEachOther()
            .because("roles call each other through io.weir.kafka.Service, so that each can be another process");

    @ArchTest
    static final ArchRule ONLY_THE_SERVER_SEES_ROLES = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.weir.common..", "io.weir.storage..", "io.weir.log..", "io.weir.metadata..", "io.weir.kafka..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ROLES);

    @ArchTest
    static final ArchRule NOBODY_SEES_THE_SERVER = noClasses()
            .that()
            .resideOutsideOfPackage("io.weir.server..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.weir.server..");

    @ArchTest
    static final ArchRule COMMON_SEES_NOBODY = noClasses()
            .that()
            .resideInAPackage("io.weir.common..")
            .should()
            .dependOnClassesThat(JavaClass.Predicates.resideInAPackage("io.weir..")
                    .and(JavaClass.Predicates.resideOutsideOfPackage("io.weir.common..")));

    @ArchTest
    static final ArchRule STORAGE_SEES_ONLY_COMMON = noClasses()
            .that()
            .resideInAPackage("io.weir.storage..")
            .should()
            .dependOnClassesThat(JavaClass.Predicates.resideInAPackage("io.weir..")
                    .and(JavaClass.Predicates.resideOutsideOfPackages("io.weir.storage..", "io.weir.common..")));

    @ArchTest
    static final ArchRule THE_LOG_SEES_ONLY_STORAGE_AND_COMMON = noClasses()
            .that()
            .resideInAPackage("io.weir.log..")
            .should()
            .dependOnClassesThat(JavaClass.Predicates.resideInAPackage("io.weir..")
                    .and(JavaClass.Predicates.resideOutsideOfPackages(
                            "io.weir.log..", "io.weir.storage..", "io.weir.common..")));

    @ArchTest
    static final ArchRule ONLY_THE_WIRING_CHOOSES_A_BACK_END = noClasses()
            .that()
            .resideOutsideOfPackages("io.weir.storage..", "io.weir.server.wiring..")
            .should()
            .dependOnClassesThat(BACK_END)
            .because("nothing may assume where the bytes are");

    @ArchTest
    static final ArchRule ONLY_THE_WIRING_PUTS_ROLES_TOGETHER = noClasses()
            .that()
            .resideInAPackage("io.weir.server..")
            .and()
            .resideOutsideOfPackages("io.weir.server.wiring..", "io.weir.server.settings..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ROLES);

    @ArchTest
    static final ArchRule EVERY_PACKAGE_SAYS_WHAT_MAY_BE_NULL =
            classes().that().haveSimpleName("package-info").should().beAnnotatedWith(NullMarked.class);
}
