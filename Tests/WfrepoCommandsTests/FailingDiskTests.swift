import Foundation
import Testing

/// A disk that fails under a run, by strace's injection into the built program. `bench/faults.py` does it at every call.
@Suite(.enabled(if: canInject, "strace is not installed, or may not trace"))
struct FailingDiskTests {
    @Test(arguments: [
        ("fdatasync", "EIO", "2"), ("fsync", "EIO", "1+"), ("pwrite64", "ENOSPC", "12+"), ("write", "ENOSPC", "3"),
    ])
    func nothingIsSaidThatIsNotKept(call: String, error: String, when: String) throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        #expect(try sandbox.wfrepo("run", "job").status == 0)
        let program = Sandbox.builtPrograms.appending(path: "wfrepo").path
        let struck = try sandbox.shell(
            "strace -o /dev/null -e trace=\(call) -e inject=\(call):error=\(error):when=\(when) '\(program)' run job")
        let runs = try sandbox.objects("runs", "list", "--json")
        if struck.status == 0 {
            #expect(runs.first?["status"] as? String == "succeeded")
            #expect(runs.count == 2)
        } else {
            #expect(struck.status == 2, "\(struck.errors)")
            #expect(struck.errors.contains("wfrepo: "))
        }
        // The disk is well again, and nothing is in the way.
        #expect(try sandbox.wfrepo("run", "job").status == 0)
        try sandbox.succeed("git fsck --strict --no-dangling")
    }
}

private let canInject: Bool = {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["strace", "-o", "/dev/null", "true"]
    process.standardError = nil
    do {
        try process.run()
    } catch {
        return false
    }
    process.waitUntilExit()
    return process.terminationStatus == 0
}()
