import Glibc
import Testing

@testable import GitStore

@Suite struct ModificationTimeTests {
    /// Seconds as `date -u -d DATE +%s` has them.
    @Test(arguments: [
        (1_793_498_400, 7_000_000, 1_793_498_400_007), (0, 0, 0), (-1, 999_000_000, -1),
        (.max, 999_999_999, 253_402_300_799_000), (.min, 0, -62_167_219_200_000),
    ])
    func anyTimeCanBeCalculatedWith(seconds: Int, nanoseconds: Int, milliseconds: Int) {
        var status = stat()
        status.st_mtim = timespec(tv_sec: seconds, tv_nsec: nanoseconds)
        #expect(ModificationTime(status).milliseconds == milliseconds)
    }

    @Test func whatIsNotThereHasNone() {
        #expect(ModificationTime(ofFileAt: "/nowhere/at/all") == nil)
        #expect(ModificationTime(ofFileAt: "/")?.age(at: 0) ?? 0 < 0)
    }
}
