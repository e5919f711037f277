package io.weir.bench.machine;

/**
 * Processor time that was used, in seconds of one processor.
 *
 * @param processSeconds by the server; NaN when its process is not known
 * @param clientSeconds by this process, which is the client
 * @param otherPercent by anybody else, as a share of the whole machine: what disturbs a measurement. Includes what a
 *     hypervisor took away. NaN where the kernel does not tell
 */
public record CpuTime(double processSeconds, double clientSeconds, double otherPercent) {}
