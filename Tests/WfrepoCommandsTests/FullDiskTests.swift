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

    @Test func aReadOnlyRepositoryCanBeRead() throws {
        try onASmallDisk { sandbox in
            try sandbox.succeed("sed -i s/hello/edited/ disk/workflows/job.yaml && mount -o remount,ro disk")
            for command in ["status", "log", "show job", "diff", "check"] {
                let answer = try sandbox.shell("\(Sandbox.program) -C disk \(command)")
                #expect(answer.status == 0, "\(command): \(answer.errors)")
            }
            for command in ["commit -m x", "new other", "run job"] {
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
