package io.weir.storage.hdfs.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Writes the configuration of one server. Pure but for its files. */
final class SiteFiles {
    private SiteFiles() {}

    static void write(Path directory, Map<String, String> core, Map<String, String> hdfs) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("core-site.xml"), xml(core));
        Files.writeString(directory.resolve("hdfs-site.xml"), xml(hdfs));
        Files.writeString(directory.resolve("log4j.properties"), """
                log4j.rootLogger=INFO,console
                log4j.appender.console=org.apache.log4j.ConsoleAppender
                log4j.appender.console.target=System.out
                log4j.appender.console.layout=org.apache.log4j.PatternLayout
                log4j.appender.console.layout.ConversionPattern=%d{ISO8601} %-5p %c{1} %m%n
                log4j.logger.BlockStateChange=WARN
                log4j.logger.org.apache.hadoop.hdfs.server.datanode.DataNode.clienttrace=WARN
                log4j.logger.org.apache.hadoop.hdfs.server.namenode.FSNamesystem.audit=WARN
                """);
    }

    private static String xml(Map<String, String> settings) {
        StringBuilder xml = new StringBuilder("<?xml version=\"1.0\"?>\n<configuration>\n");
        new TreeMap<>(settings)
                .forEach((name, value) -> xml.append("  <property><name>")
                        .append(escaped(name))
                        .append("</name><value>")
                        .append(escaped(value))
                        .append("</value></property>\n"));
        return xml.append("</configuration>\n").toString();
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
