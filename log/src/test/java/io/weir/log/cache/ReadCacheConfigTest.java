package io.weir.log.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.storage.ReadAdvice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings that follow what the store bears. */
class ReadCacheConfigTest {
    /** Sixteen loads, of which four read ahead, two of them for one reader. */
    private final ReadCacheConfig settings = ReadCacheConfig.ofBytes(1 << 20);

    private static ReadAdvice atOnce(int reads) {
        return new ReadAdvice(reads, 0);
    }

    @Test
    void aStoreThatBearsMoreChangesNothing() {
        assertThat(settings.within(atOnce(16))).isEqualTo(settings);
        assertThat(settings.within(atOnce(1_000))).isEqualTo(settings);
    }

    @ParameterizedTest
    @CsvSource({"12, 12, 4, 2", "9, 9, 3, 2", "6, 6, 2, 2", "4, 4, 1, 1", "2, 2, 1, 1"})
    void aStoreThatBearsLessGetsFewerLoadsAThirdOfThemForReadAhead(int bears, int loads, int ahead, int ofOneReader) {
        ReadCacheConfig within = settings.within(atOnce(bears));
        assertThat(within)
                .isEqualTo(new ReadCacheConfig(
                        settings.maxBytes(),
                        settings.blockBytes(),
                        loads,
                        ahead,
                        settings.maxReadAheadBytes(),
                        ofOneReader,
                        settings.maxReaders()));
    }

    @ParameterizedTest
    @CsvSource({"1", "0", "-1"})
    void whoeverWaitsAndWhoeverReadsAheadHaveOneLoadAtLeast(int bears) {
        ReadCacheConfig within = settings.within(atOnce(bears));
        assertThat(within.maxLoads()).isEqualTo(2);
        assertThat(within.maxReadAheadLoads()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"256, 64", "512, 64", "1024, 128", "8192, 1024", "65536, 1024"})
    void ofASharedStoreAnEighthOfTheMemoryIsKeptWithinBounds(long mebibytes, long kept) {
        assertThat(ReadCacheConfig.sharedBytes(mebibytes << 20)).isEqualTo(kept << 20);
    }

    @Test
    void readAheadThatIsOffStaysOff() {
        ReadCacheConfig off = new ReadCacheConfig(1 << 20, 4096, 8, 0, 0, 0, 0);
        assertThat(off.within(atOnce(4))).isEqualTo(new ReadCacheConfig(1 << 20, 4096, 4, 0, 0, 0, 0));
    }
}
