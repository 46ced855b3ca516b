import Foundation
import GitStore
import Testing
import WorkflowHistory
import WorkflowLanguage

/// Hooks run as plain git runs them.
@Suite struct SaveHookTests {
    private static let file = "workflows/deploy.yaml"

    private func edited() throws -> Scratch {
        let scratch = try Scratch()
        try scratch.commit([Self.file: Scratch.definition("one"), "other": "1\n"])
        try scratch.write("2\n", "other")
        try scratch.git("add other")
        try scratch.write(Scratch.definition("two"), Self.file)
        return scratch
    }

    @Test func runsThemInOrderWithGitsArgumentsAndVariables() throws {
        let scratch = try edited()
        // Each hook notes what it is given; then plain git and the library do the same thing.
        for name in ["pre-commit", "prepare-commit-msg", "commit-msg", "post-commit"] {
            try scratch.hook(
                name,
                """
                #!/bin/sh
                {
                    echo "\(name) $# ${1##*/} $2 in $(pwd)"
                    echo "index ${GIT_INDEX_FILE:+set} dir=$GIT_DIR editor=$GIT_EDITOR author=$GIT_AUTHOR_NAME"
                    git diff --cached --name-only
                } >> "$HOME/trace"
                """)
        }
        try scratch.git("commit -q -m by-hand --only \(Self.file)")
        let expected = try String(contentsOfFile: scratch.root + "/trace", encoding: .utf8)
        try FileManager.default.removeItem(atPath: scratch.root + "/trace")
        try scratch.git("reset -q --soft HEAD~1")
        try scratch.workflows().commit(
            CommitRequest(.only([.deploy], paths: []), message: "by wfrepo"), context: scratch.context)
        #expect(try String(contentsOfFile: scratch.root + "/trace", encoding: .utf8) == expected)
        #expect(expected.contains("pre-commit 0   in \(scratch.path)"))
    }

    @Test func refusesWithTheHookAndSavesWithoutIt() throws {
        let scratch = try edited()
        let head = try scratch.head()
        try scratch.hook("pre-commit", "#!/bin/sh\nexit 3\n")
        try scratch.hook("commit-msg", "#!/bin/sh\nexit 3\n")
        #expect {
            try scratch.workflows().commit(CommitRequest(.allChanged), context: scratch.context)
        } throws: {
            ($0 as? HistoryError)?.code == .hookRefused
        }
        #expect(try scratch.head() == head)
        #expect(try scratch.git("status --porcelain") == "M  other\n M \(Self.file)")
        var context = scratch.context
        context.runsCheckingHooks = false
        try scratch.workflows().commit(CommitRequest(.allChanged), context: context)
        #expect(try scratch.git("status --porcelain") == "M  other")
    }

    @Test func takesWhatHooksChange() throws {
        let scratch = try edited()
        try scratch.hook("pre-commit", "#!/bin/sh\necho '# formatted' >> \(Self.file)\ngit add \(Self.file)\n")
        try scratch.hook("prepare-commit-msg", "#!/bin/sh\necho \"prepared ($2)\" >> $1\n")
        try scratch.hook("commit-msg", "#!/bin/sh\nprintf 'Ticket: 7   \\n\\n\\n' >> $1\n")
        try scratch.workflows().commit(CommitRequest(.allChanged, message: "subject\n\nbody"), context: scratch.context)
        #expect(try scratch.git("log -1 --format=%B") == "subject\n\nbody\nprepared (message)\nTicket: 7\n")
        #expect(try scratch.git("show HEAD:\(Self.file)").hasSuffix("# formatted"))
        #expect(try scratch.git("status --porcelain") == "M  other")
    }

    @Test func passesOverItsOwnPreCommitButRunsTheOneBeforeIt() throws {
        let scratch = try edited()
        try scratch.hook("pre-commit", "#!/bin/sh\n# wfrepo-hook: 1\nexit 1\n")
        try scratch.hook("pre-commit.before-wfrepo", "#!/bin/sh\necho ran > $HOME/ran\n")
        try scratch.workflows().commit(CommitRequest(.allChanged), context: scratch.context)
        #expect(FileManager.default.fileExists(atPath: scratch.root + "/ran"))
    }

    @Test func looksWhereHooksPathSays() throws {
        let scratch = try edited()
        try scratch.write("#!/bin/sh\nexit 1\n", "tools/hooks/pre-commit")
        try scratch.run("chmod +x tools/hooks/pre-commit")
        try scratch.git("config core.hooksPath tools/hooks")
        #expect(throws: HistoryError.self) {
            try scratch.workflows().commit(CommitRequest(.allChanged), context: scratch.context)
        }
        // One that can't be executed is passed over, with a word about it, as git does.
        try scratch.run("chmod -x tools/hooks/pre-commit")
        let saved = try scratch.workflows().commit(CommitRequest(.allChanged), context: scratch.context)
        #expect(saved.warnings.count == 1)
    }

    @Test func refusesAnEmptyMessage() throws {
        let scratch = try edited()
        for message in ["", " \n\t\n"] {
            #expect {
                try scratch.workflows().commit(CommitRequest(.allChanged, message: message), context: scratch.context)
            } throws: {
                ($0 as? HistoryError)?.code == .invalidMessage
            }
        }
    }

    @Test func signsWithSSHOrRefuses() throws {
        let scratch = try edited()
        try scratch.run("ssh-keygen -q -t ed25519 -N '' -f \(scratch.root)/key")
        for setting in ["commit.gpgSign true", "gpg.format ssh", "user.signingKey \(scratch.root)/nokey"] {
            try scratch.git("config \(setting)")
        }
        let head = try scratch.head()
        #expect {
            try scratch.workflows().commit(CommitRequest(.allChanged), context: scratch.context)
        } throws: {
            ($0 as? HistoryError)?.code == .signingFailed
        }
        #expect(try scratch.head() == head)
        try scratch.git("config user.signingKey \(scratch.root)/key")
        try scratch.run("echo \"ada@example.test $(cat \(scratch.root)/key.pub)\" > \(scratch.root)/signers")
        try scratch.git("config gpg.ssh.allowedSignersFile \(scratch.root)/signers")
        try scratch.workflows().commit(CommitRequest(.allChanged), context: scratch.context)
        #expect(try scratch.git("log -1 --format=%G?") == "G")
        try scratch.git("fsck --strict")
    }
}
