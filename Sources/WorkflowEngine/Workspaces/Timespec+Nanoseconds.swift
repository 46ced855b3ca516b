internal import Glibc

extension timespec {
    /// Nanoseconds since 1970. A time that no number of them holds, before 1677 or after 2262, counts as the nearest that does: a clock may
    /// be set to it.
    var nanoseconds: Int {
        let (whole, isTooLarge) = tv_sec.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflows) = whole.addingReportingOverflow(tv_nsec)
        return isTooLarge || overflows ? (tv_sec < 0 ? .min : .max) : sum
    }
}
