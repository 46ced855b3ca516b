import Foundation
import Testing

/// Secrets as a person, a script and a run see them.
@Suite struct SecretTranscriptTests {
    static let value = "tok-7c31f0e2"
    static let workflow = """
        secrets: [API_TOKEN]
        steps:
          - id: use
            env: {TOKEN: "${{ secrets.API_TOKEN }}"}
            run: |
              printf '%s' "$TOKEN" | wc -c
              echo "token $TOKEN"

        """

    private func repository(_ workflow: String = workflow) throws -> Sandbox {
        let sandbox = try Sandbox.withWorkflows(["job": workflow])
        try sandbox.succeed("printf '%s\\n' '\(Self.value)' | wfrepo secret set API_TOKEN")
        return sandbox
    }

    @Test func aRunReadsWhatWasSetAndNothingKeepsIt() throws {
        let sandbox = try repository()
        let run = try sandbox.wfrepo("run", "job", "-v")
        #expect(run.status == 0, "\(run.errors)")
        #expect(try sandbox.wfrepo("runs", "logs", "latest", "use").output == "12\ntoken ***\n")
        // Neither in the work tree, nor in git's folder, nor in the home folder; packed objects are looked at by git.
        #expect(try sandbox.shell("grep -rF '\(Self.value)' . \"$HOME\"").status == 1)
        #expect(try sandbox.shell("git log --all -p | grep -F '\(Self.value)'").status == 1)
    }

    @Test func readsAreAuditedByName() throws {
        let sandbox = try repository()
        let record = try sandbox.object("run", "job", "--json")
        let audit = try sandbox.succeed(
            "wfrepo audit fold --quiet; for n in $(git for-each-ref --format='%(refname)' refs/notes/wfrepo/audit); do git log -p --format= $n; done"
        )
        #expect(audit.contains(#""event":"secret.set""#))
        #expect(audit.contains(#""event":"secret.read""#))
        #expect(audit.contains(#""secret":"API_TOKEN""#))
        #expect(audit.contains(try #require(record["run"] as? String)))
        #expect(!audit.contains(Self.value))
    }

    @Test func valuesAreNotTakenFromArguments() throws {
        let sandbox = try Sandbox.withWorkflows()
        let answer = try sandbox.wfrepo("secret", "set", "API_TOKEN", Self.value)
        #expect(answer.status == 64)
        #expect(try sandbox.wfrepo("secret", "list").output == "")
    }

    @Test func theEnvironmentGoesFirstAndStepsSeeNoHolderOfSecrets() throws {
        let sandbox = try repository(Self.workflow + "  - id: look\n    run: env\n")
        sandbox.environment["API_TOKEN"] = "from-the-environment"
        sandbox.environment["WFREPO_PASSPHRASE_COMMAND"] = "pass show it"
        #expect(try sandbox.wfrepo("run", "job", "-q").status == 0)
        #expect(try sandbox.wfrepo("runs", "logs", "latest", "use").output == "20\ntoken ***\n")
        let seen = try sandbox.wfrepo("runs", "logs", "latest", "look").output
        #expect(!seen.contains("API_TOKEN") && !seen.contains("WFREPO_PASSPHRASE"))
    }

    @Test func everyProviderGivesItsValue() throws {
        let sandbox = try Sandbox.withWorkflows([
            "job": """
            secrets:
              - {name: KEPT, store: OTHER_NAME}
              - {name: SEEN, environment: HOLDER}
              - {name: FILED, file: .env, key: ENTRY}
              - {name: MADE, command: 'printf "%s\\n" "made $((40 + 2))"'}
            steps:
              - id: use
                env:
                  A: ${{ secrets.KEPT }}
                  B: ${{ secrets.SEEN }}
                  C: ${{ secrets.FILED }}
                  D: ${{ secrets.MADE }}
                run: |
                  test "$A" = kept-1 && test "$B" = seen-2 && test "$C" = 'filed 3' && test "$D" = 'made 42'

            """
        ])
        try sandbox.write(".env", "ENTRY='filed 3'\n")
        sandbox.environment["HOLDER"] = "seen-2"
        #expect(
            try sandbox.wfrepo("run", "job").errors.hasPrefix(
                "wfrepo: job: the secret KEPT has no value\nhint: keep it"))
        try sandbox.succeed("printf kept-1 | wfrepo secret set OTHER_NAME")
        #expect(try sandbox.wfrepo("run", "job", "-q").status == 0)
        // Edited by somebody: not used until that is accepted.
        try sandbox.write(".env", "ENTRY='filed 3'\nMORE=1\n")
        let refused = try sandbox.wfrepo("run", "job")
        #expect(refused.status == 2)
        #expect(refused.errors.contains(".env: was changed, and not by wfrepo"))
        #expect(try sandbox.wfrepo("secret", "check").status == 1)
        #expect(try sandbox.wfrepo("secret", "check", "--accept").status == 0)
        #expect(try sandbox.wfrepo("run", "job", "-q").status == 0)
    }

    @Test func anUntrustedRepositoryGetsNothing() throws {
        let sandbox = try repository()
        try sandbox.succeed("wfrepo trust --revoke")
        let answer = try sandbox.wfrepo("run", "job")
        #expect(answer.status == 2)
        #expect(answer.errors.contains("the secret API_TOKEN is not read: this repository is not trusted"))
        #expect(answer.errors.contains("wfrepo trust"))
    }

    @Test func damageStopsARunUnlessItMayRestore() throws {
        let sandbox = try repository()
        let store = ".git/wfrepo/secrets/store.json"
        try sandbox.succeed("sed -i 's/A/B/' \(store)")
        let refused = try sandbox.wfrepo("run", "job")
        #expect(refused.status == 2)
        #expect(refused.errors.contains("store.json: was changed, and not by wfrepo"))
        #expect(refused.errors.contains("hint: bring the last good one back: wfrepo secret check --auto-restore"))
        let restored = try sandbox.wfrepo("run", "job", "--auto-restore")
        #expect(restored.status == 0)
        #expect(restored.errors.contains("again; what stood there is kept as"))
        #expect(try sandbox.wfrepo("run", "job", "-q").status == 0)
    }

    /// A person at a terminal, whom script(1) plays.
    @Test func aBadAnswerIsAskedAgain() throws {
        let sandbox = try repository()
        try sandbox.succeed("sed -i 's/A/B/' .git/wfrepo/secrets/store.json")
        let talk = try sandbox.succeed(
            "printf 'maybe\\nrestore\\n' | script -qec \"\(Sandbox.program.replacing("'", with: "")) secret list\" /dev/null"
        )
        #expect(talk.contains("[restore/go/stop]"))
        #expect(talk.contains("Please answer restore, r, go, g, stop, s."))
        #expect(talk.contains("API_TOKEN"))
        #expect(try sandbox.wfrepo("secret", "check").status == 0)
    }

    @Test func aPassphraseProtectsTheStore() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Self.workflow])
        try sandbox.write("phrase", "correct horse\n")
        sandbox.environment["WFREPO_PASSPHRASE_FILE"] = sandbox.root.appending(path: "phrase").path
        try sandbox.succeed("echo \(Self.value) | wfrepo secret set API_TOKEN --passphrase")
        #expect(try sandbox.wfrepo("run", "job", "-q").status == 0)
        try sandbox.write("phrase", "wrong horse\n")
        let wrong = try sandbox.wfrepo("run", "job")
        #expect(wrong.status == 2)
        #expect(wrong.errors.contains("the passphrase is not the right one"))
        sandbox.environment["WFREPO_PASSPHRASE_FILE"] = nil
        #expect(try sandbox.wfrepo("run", "job").errors.contains("nobody is there to type it"))
        #expect(try sandbox.wfrepo("secret", "list").output.hasPrefix("API_TOKEN  set "))
    }

    @Test func importTakesAllOrNothing() throws {
        let sandbox = try repository()
        try sandbox.write("more.env", "NEW=1\nAPI_TOKEN=other\n")
        let refused = try sandbox.wfrepo("secret", "import", "more.env")
        #expect(refused.status == 2)
        #expect(
            refused.errors
                == "wfrepo: API_TOKEN: there is a secret of that name\nhint: give --replace to set it anew\n")
        #expect(try sandbox.objects("secret", "list", "--json").compactMap { $0["name"] as? String } == ["API_TOKEN"])
        let taken = try sandbox.wfrepo("secret", "import", "more.env", "--replace")
        #expect(taken.output == "NEW is kept.\nAPI_TOKEN is kept.\n")
        try sandbox.write("bad.env", "GOOD=1\n\(Self.value)\n")
        let bad = try sandbox.wfrepo("secret", "import", "bad.env")
        #expect(bad.errors == "wfrepo: bad.env:2: is not of the form NAME=value\n")
        let missing = try sandbox.wfrepo("secret", "rm", "NEW", "GOOD")
        #expect(missing.status == 2)
        #expect(missing.errors == "wfrepo: there is no secret GOOD\nhint: list them: wfrepo secret list\n")
        #expect(try sandbox.wfrepo("secret", "rm", "NWE").errors.hasSuffix("hint: did you mean `NEW`?\n"))
        #expect(try sandbox.wfrepo("secret", "rm", "NEW").output == "NEW is gone.\n")
    }

    @Test func rotating() throws {
        let sandbox = try repository()
        #expect(try sandbox.wfrepo("secret", "rotate", "NOSUCH", input: "x").status == 2)
        let near = try sandbox.wfrepo("secret", "rotate", "API_TOKN", input: "x")
        #expect(near.errors == "wfrepo: there is no secret API_TOKN\nhint: did you mean `API_TOKEN`?\n")
        #expect(
            try sandbox.wfrepo("secret", "rotate", "API_TOKEN", input: "newer").output == "API_TOKEN has a new value.\n"
        )
        let before = try sandbox.succeed("ls \"$HOME/.config/wfrepo/keys\"")
        #expect(try sandbox.wfrepo("secret", "rotate", "--key").status == 0)
        let after = try sandbox.succeed("ls \"$HOME/.config/wfrepo/keys\"")
        #expect(before != after && after.split(separator: "\n").count == 1)
        #expect(try sandbox.wfrepo("secret", "check").output.hasPrefix("The store is whole: 1 secret.\n"))
    }

    @Test func noProcessIsStartedWithASecretInItsArguments() throws {
        guard try Sandbox().shell("command -v strace").status == 0 else { return }
        let sandbox = try repository()
        try sandbox.succeed("strace -f -qq -s 4096 -e trace=execve -o trace wfrepo run job -q")
        // The step that asked for it has it in its environment, and nobody in arguments.
        let arguments = try sandbox.read("trace").split(separator: "\n").compactMap { $0.split(separator: "]").first }
        #expect(!arguments.isEmpty && !arguments.contains { $0.contains(Self.value) })
    }

    @Test func aValueThatCantBeHiddenIsSaidToBeSo() throws {
        let sandbox = try Sandbox.withWorkflows()
        let short = "has fewer than 4 characters: '***' takes their place in every word"
        for (value, isShort) in [("x", true), ("äb", true), ("1234", false)] {
            let answer = try sandbox.wfrepo("secret", "set", "PIN", input: value)
            #expect(
                answer.status == 0 && answer.errors.contains("warning: PIN \(short)") == isShort, "\(value) \(answer)")
        }
        #expect(try sandbox.wfrepo("secret", "rotate", "PIN", input: "12").errors.contains(short))
        #expect(
            try sandbox.wfrepo("secret", "import", "-", input: "ONE=1\nLONG=12345\n").errors.contains(
                "warning: ONE \(short)"))
        #expect(try sandbox.wfrepo("secret", "set", "PIN", input: "\n").errors.contains("wfrepo secret rm PIN\n"))
        let long = try sandbox.wfrepo("secret", "set", "PIN", input: String(repeating: "x", count: 70_000))
        #expect(long.errors == "wfrepo: PIN: the value is longer than 65536 bytes\n")
        let cut = try sandbox.shell("printf 'one\\0two' | \(Sandbox.program) secret set PIN")
        #expect(
            cut.errors == """
                wfrepo: PIN: the value holds a NUL byte, which no environment variable can
                hint: encode it first: base64 -w0 FILE | wfrepo secret set PIN

                """)
    }
}
