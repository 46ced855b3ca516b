import Foundation
import Testing

/// What the suites of `sync` have in common: two clones and a server.
protocol SyncSuite {}

extension SyncSuite {
    /// A server's bare repository, and `a`, which has one run and was synchronised.
    func shared(withHooks: Bool = true) throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.succeed(withHooks ? "wfrepo init --bare server.git" : "git init -q --bare -b main server.git")
        try sandbox.succeed("wfrepo init a && git -C a remote add origin ../server.git")
        try sandbox.write("a/workflows/job.yaml", Sandbox.hello)
        try sandbox.succeed("wfrepo commit -m Start && wfrepo run job && wfrepo sync", in: "a")
        return sandbox
    }

    func runs(_ sandbox: Sandbox, in folder: String) throws -> Int {
        try sandbox.succeed("wfrepo runs list", in: folder).split(separator: "\n").count
    }

    func segment(_ sandbox: Sandbox, in folder: String) throws -> String {
        let id = try sandbox.succeed("head -1 .git/wfrepo/clone-id", in: folder).trimmingCharacters(in: .newlines)
        return try sandbox.succeed("git for-each-ref --format='%(refname)' refs/notes/wfrepo/runs/\(id)", in: folder)
            .trimmingCharacters(in: .newlines)
    }
}
