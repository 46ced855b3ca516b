import Foundation
import Testing

/// Repositories that several users of one system write to (`core.sharedRepository`).
@Suite struct SharedRepositoryTests {
    /// What the group may not read, and folders that it may not write to, below some paths.
    private func closed(_ paths: String, in sandbox: Sandbox) throws -> String {
        try sandbox.succeed(
            "find \(paths) \\( -type f ! -perm -040 -o -type d ! -perm -2070 \\) -printf '%m %p\\n'")
    }

    @Test func whatASaveAndARunWriteBelongsToTheGroup() throws {
        let sandbox = try Sandbox()
        try sandbox.succeed(
            """
            umask 077; git init -q --shared=group work && cd work && wfrepo init . >/dev/null
            printf '%s\\n' 'steps: [{run: "true"}]' > workflows/job.yaml
            wfrepo commit -m Add && wfrepo run -q job && wfrepo audit fold && git pack-refs --all && wfrepo disable job
            for n in 1 2 3 4 5 6 7 8 9 10 11 12; do wfrepo run -q job@v1; done; wfrepo maintenance; wfrepo note job -m ok; wfrepo stats
            """)
        let git = "work/.git"
        #expect(
            try closed("\(git)/objects \(git)/refs \(git)/logs \(git)/index \(git)/config \(git)/hooks", in: sandbox)
                == "")
        // What runs leave is for who ran them.
        try sandbox.succeed(
            "test -z \"$(find \(git)/wfrepo/logs \(git)/wfrepo/work \(git)/wfrepo/state.sqlite* -maxdepth 0 -perm /077)\""
        )
    }

    @Test func aServersGuardLetsTheGroupPush() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        try sandbox.succeed(
            """
            umask 077; git init -q --bare --shared=group ../hub.git && wfrepo -C ../hub.git hooks install
            git remote add origin ../hub.git && wfrepo run -q job && wfrepo sync && wfrepo -C ../hub.git audit fold
            """)
        #expect(try closed("../hub.git", in: sandbox) == "")
    }
}
