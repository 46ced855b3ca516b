import Foundation
import Testing

/// A disk that is full or read-only, as a small file system of its own. Needs the right to mount one.
@Suite(.enabled(if: canMount, "mounting a small tmpfs needs root"))
struct FullDiskTests {
    /// Runs `body` with a repository on a file system of four megabytes, which is always taken away.
    private func onASmallDisk(_ body: (Sandbox) throws -> Void) throws {
        let sandbox = try Sandbox()
        try sandbox.succeed("mkdir disk && mount -t tmpfs -o size=4m wfrepo-test disk")
        defer { _ = try? sandbox.shell("umount -l disk") }
        try sandbox.succeed("wfrepo init --json . >/dev/null", in: "disk")
        try sandbox.write("disk/workflows/job.yaml", Sandbox.hello)
        try sandbox.succeed("wfrepo commit -m Start && wfrepo run job", in: "disk")
        try body(sandbox)
    }

    private func fill(_ sandbox: Sandbox) throws {
        try sandbox.shell("cat /dev/zero >filling 2>/dev/null || true", in: "disk")
    }

    @Test func aSaveOnAFullDiskLosesNothing() throws {
        try onASmallDisk { sandbox in
            try sandbox.succeed("sed -i s/hello/edited/ workflows/job.yaml", in: "disk")
            try fill(sandbox)
            let answer = try sandbox.wfrepo("-C", "disk", "commit", "-m", "Edit")
            #expect(answer.status == 2)
            #expect(answer.errors.contains("No space left on device"), "\(answer.errors)")
            try sandbox.succeed("rm filling && git fsck --strict --no-dangling", in: "disk")
            #expect(try sandbox.git("log", "-1", "--format=%s", in: "disk").output == "Start\n")
            #expect(try sandbox.git("status", "--porcelain", in: "disk").output == " M workflows/job.yaml\n")
            #expect(try sandbox.read("disk/workflows/job.yaml").contains("edited"))
            #expect(try sandbox.wfrepo("-C", "disk", "commit", "-m", "Edit").status == 0)
        }
    }

    /// Each of these touches the file before it can know that the commit does not fit.
    @Test(arguments: ["rm job", "disable job", "mv job other", "rollback job --to v1 --reason x"])
    func aChangeOnAFullDiskLeavesTheFilesAsTheyWere(command: String) throws {
        try onASmallDisk { sandbox in
            try sandbox.succeed("sed -i s/hello/edited/ workflows/job.yaml; wfrepo commit -m Edit", in: "disk")
            // A hook fills the disk once the work tree was changed.
            try sandbox.write(
                "disk/.git/hooks/pre-commit.before-wfrepo", "#!/bin/sh\ncat /dev/zero >filling 2>/dev/null || true\n")
            try sandbox.succeed(
                "chmod +x .git/hooks/pre-commit.before-wfrepo; cp .git/hooks/pre-commit.before-wfrepo .git/hooks/prepare-commit-msg",
                in: "disk")
            let answer = try sandbox.shell("\(Sandbox.program) -C disk \(command)")
            #expect(answer.status == 2, "\(answer)")
            #expect(answer.errors.contains("No space left on device"), "\(answer.errors)")
            try sandbox.succeed("rm -f filling", in: "disk")
            #expect(try sandbox.git("status", "--porcelain", in: "disk").output == "")
            #expect(try sandbox.read("disk/workflows/job.yaml").contains("edited"))
        }
    }

    @Test func aRunOnAFullDiskSaysSoAndKeepsEarlierRecords() throws {
        try onASmallDisk { sandbox in
            try fill(sandbox)
            let answer = try sandbox.wfrepo("-C", "disk", "run", "job")
            #expect(answer.status == 2)
            #expect(answer.errors.contains("hint: is the disk full"), "\(answer.errors)")
            try sandbox.succeed("rm filling", in: "disk")
            #expect(try sandbox.wfrepo("-C", "disk", "run", "job").status == 0)
            #expect(try sandbox.git("log", "-1", in: "disk").output.contains(" succeeded "))
            try sandbox.succeed("git fsck --strict --no-dangling", in: "disk")
        }
    }

    /// The step goes on; the record tells what is in its log, and `runs logs` that it is not all.
    @Test func aLogOnAFullDiskIsAsItsRecordSays() throws {
        let noisy = "steps:\n  - run: 'yes 0123456789 2>/dev/null | head -c 3000000'\n  - run: 'true'\n"
        let sandbox = try Sandbox.withWorkflows(["noisy": noisy, "job": Sandbox.hello])
        #expect(try sandbox.wfrepo("run", "job", "-q").status == 0)
        try sandbox.succeed("mount -t tmpfs -o size=1m wfrepo-test .git/wfrepo/logs")
        defer { _ = try? sandbox.shell("umount -l .git/wfrepo/logs") }
        let record = try sandbox.object("run", "noisy", "--json")
        #expect(record["status"] as? String == "succeeded")
        let step = try #require((record["steps"] as? [[String: Any]])?.first)
        let log = try #require(step["log"] as? [String: Any])
        let run = try #require(record["run"] as? String)
        let sum = try sandbox.succeed("sha256sum .git/wfrepo/logs/\(run)/step-1.1.log").prefix(64)
        #expect(String(sum) == log["sha256"] as? String)
        let left = 3_000_000 - (log["bytes"] as? Int ?? 0)
        #expect(left > 1_900_000)
        let told = try sandbox.wfrepo("runs", "logs", run).errors
        #expect(
            told == "note: \(left) bytes of what step step-1 printed were not kept: its log was full, or the disk\n")
    }

    @Test func aReadOnlyRepositoryCanBeRead() throws {
        try onASmallDisk { sandbox in
            try sandbox.succeed("sed -i s/hello/edited/ disk/workflows/job.yaml && mount -o remount,ro disk")
            for command in ["status", "log", "show job", "diff", "check"] {
                let answer = try sandbox.shell("\(Sandbox.program) -C disk \(command)")
                #expect(answer.status == 0, "\(command): \(answer.errors)")
            }
            for command in ["stats", "runs list", "audit list", "search Start", "log job", "verify"] {
                let answer = try sandbox.shell("\(Sandbox.program) -C disk \(command)")
                #expect(answer.status == 0, "\(command): \(answer)")
            }
            let export = try sandbox.shell(
                "cd disk && \(Sandbox.program) audit export ../audit.csv && \(Sandbox.program) audit verify-export ../audit.csv"
            )
            #expect(export.status == 0 && export.errors.contains("without the events that wait"), "\(export)")
            for command in ["commit -m x", "new other", "run job", "reindex"] {
                let answer = try sandbox.shell("\(Sandbox.program) -C disk \(command)")
                #expect(answer.status == 2, "\(command): \(answer.errors)")
                #expect(answer.errors.localizedCaseInsensitiveContains("read-only"), "\(command): \(answer.errors)")
            }
        }
    }
}

/// Whether this process may mount a file system.
private let canMount: Bool = {
    guard getuid() == 0 else { return false }
    let answer = try? Sandbox().shell("mkdir m && mount -t tmpfs -o size=1m wfrepo-test m && umount m")
    return answer?.status == 0
}()
