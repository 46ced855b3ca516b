import GitStore
import Glibc
import WorkflowSecrets

/// Who may read and change wfrepo's files.
struct PermissionCheck {
    private let examination: Examination

    init(_ examination: Examination) { self.examination = examination }

    func findings() throws -> [Finding] {
        let git = examination.repository.commonDirectory
        var findings = ownership(of: git) + writableByAll(git + "hooks") + writableByAll(git + "config")
        if let status = status(examination.folder), status.st_mode & 0o077 != 0 {
            findings.append(
                Finding(
                    .permissions, .warning, "\(examination.folder) holds logs and secrets, and others may look into it",
                    command: "chmod 700 \(examination.folder)"))
        }
        for name in ["state.sqlite", "secrets/store.json", "clone-id"] {
            findings += ownership(of: "\(examination.folder)/\(name)")
        }
        let store = try examination.context.secretStore(of: examination.repository)
        if let key = try? store.keyPath(), let status = status(key), status.st_mode & 0o077 != 0 {
            findings.append(
                Finding(.permissions, .error, "others may read the key of the secrets", command: "chmod 600 \(key)"))
        }
        return findings
    }

    private func ownership(of path: String) -> [Finding] {
        guard let status = status(path), status.st_uid != geteuid() else { return [] }
        return [
            Finding(
                .permissions, .warning, "\(path) belongs to another user", command: "chown -R \(geteuid()) \(path)")
        ]
    }

    private func writableByAll(_ path: String) -> [Finding] {
        guard let status = status(path), status.st_mode & 0o002 != 0 else { return [] }
        return [
            Finding(
                .permissions, .error, "everybody may change \(path), and with it what runs as you",
                command: "chmod -R o-w \(path)")
        ]
    }

    private func status(_ path: String) -> stat? {
        var status = stat()
        return stat(path, &status) == 0 ? status : nil
    }
}
