import Testing

@testable import GitStore

@Suite("What others get of a shared repository")
struct SharedAccessTests {
    @Test(
        "Permissions are those that git gives",
        arguments: [
            // As `git init --shared=…` and `git hash-object -w` leave them under the umask 077 (git 2.39.5).
            ("group", 0o440, 0o660, 0o2770), ("true", 0o440, 0o660, 0o2770), ("all", 0o444, 0o664, 0o2775),
            ("0640", 0o440, 0o640, 0o2750), ("0600", 0o400, 0o600, 0o700), ("umask", 0o400, 0o600, 0o700),
        ] as [(String, UInt32, UInt32, UInt32)])
    func modes(setting: String, object: UInt32, file: UInt32, folder: UInt32) throws {
        let access = try SharedAccess(setting: setting)
        #expect(access.mode(of: 0o100400, isFolder: false) == object)
        #expect(access.mode(of: 0o100600, isFolder: false) == file)
        #expect(access.mode(of: 0o40700, isFolder: true) == folder)
    }

    @Test("What git refuses is refused", arguments: ["0060", "everyone", "8", "-1"])
    func refused(setting: String) {
        #expect(throws: GitError.self) { try SharedAccess(setting: setting) }
    }
}
