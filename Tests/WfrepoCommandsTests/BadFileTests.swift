import Foundation
import Testing

/// Files in `workflows/` that are no definitions: each is refused with its place, by wfrepo and by plain git alike, and
/// nothing is lost.
@Suite struct BadFileTests {
    /// A file, and what is said of it.
    struct Fault: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var bytes: [UInt8]
        var message: String

        init(_ name: String, _ text: String, _ message: String) { self.init(name, Array(text.utf8), message) }

        init(_ name: String, _ bytes: [UInt8], _ message: String) {
            (testDescription, self.bytes, self.message) = (name, bytes, message)
        }
    }

    /// Ten levels, each of which names the one before ten times: ten thousand million nodes (the "billion laughs").
    private static let bomb =
        "x0: &x0 [" + Array(repeating: "lol", count: 10).joined(separator: ",") + "]\n"
        + (1...9).map { level in
            "x\(level): &x\(level) [" + Array(repeating: "*x\(level - 1)", count: 10).joined(separator: ",") + "]\n"
        }.joined()

    static let faults = [
        Fault("empty", "", "1:1: the file is empty"),
        Fault("not UTF-8", Array("name: ".utf8) + [0xFF, 0xFE, 0x0A], "1:7: byte 0xFF is not valid UTF-8 here"),
        Fault("tabs", "steps:\n\t- run: make\n", "2:1: a tab is used for indentation"),
        Fault(
            "ten megabytes", Array(repeating: UInt8(ascii: "#"), count: 10_000_000), "1:1: the file has 10000000 bytes"),
        Fault(
            "alias bomb", bomb + "steps: [{id: a, run: make}]\n",
            "with its aliases replaced, the document has more than"),
        Fault("deep nesting", String(repeating: "[", count: 100_000), "nested"),
    ]

    @Test(arguments: faults)
    func isRefusedWithItsPlace(fault: Fault) throws {
        let sandbox = try Sandbox.withWorkflows(["good": Sandbox.hello])
        try Data(fault.bytes).write(to: sandbox.root.appending(path: "workflows/bad.yaml"))

        let checked = try sandbox.wfrepo("check")
        #expect(checked.status == 1)
        #expect(checked.output.hasPrefix("workflows/bad.yaml:"), "\(checked.output.prefix(300))")
        #expect(checked.output.contains(fault.message), "\(checked.output.prefix(300))")
        #expect(checked.output.hasSuffix("2 checked: 1 error\n"))

        let saved = try sandbox.wfrepo("commit", "-m", "Bad")
        #expect(saved.status == 2)
        #expect(saved.errors.contains(fault.message))

        try sandbox.git("add", "workflows/bad.yaml")
        let committed = try sandbox.git("commit", "-q", "-m", "Bad")
        #expect(committed.status == 1)
        #expect(committed.errors.contains(fault.message))
        #expect(try sandbox.git("log", "-1", "--format=%s").output == "Start\n")

        let bytes = try Data(contentsOf: sandbox.root.appending(path: "workflows/bad.yaml"))
        #expect(bytes == Data(fault.bytes))
    }

    @Test func allFaultsOfAFileAreSaidAtOnce() throws {
        let sandbox = try Sandbox()
        try sandbox.write(
            "bad.yaml",
            """
            onn: {commit: {}}
            steps:
              - id: a
                run: echo "${{ inputs.dya }}"
              - id: a
                runn: make
                needs: [c]

            """)
        let answer = try sandbox.wfrepo("check", "bad.yaml")
        #expect(answer.status == 1)
        let places = answer.output.split(separator: "\n").compactMap { $0.split(separator: " ").first.map(String.init) }
        #expect(
            Set(places).isSuperset(of: [
                "bad.yaml:1:1:", "bad.yaml:4:27:", "bad.yaml:5:9:", "bad.yaml:6:5:", "bad.yaml:7:13:",
            ]),
            "\(answer.output)")
        #expect(answer.output.contains("did you mean `run`?"))
        #expect(answer.output.contains("did you mean `on`?"))
    }

    @Test func symbolicLinkIsNeverFollowed() throws {
        let sandbox = try Sandbox.withWorkflows(["good": Sandbox.hello])
        try sandbox.succeed(
            "echo 'API_TOKEN: very-private' >../private.yaml && ln -s ../../private.yaml workflows/link.yaml")
        for command in ["check", "commit -m Link", "run link@worktree", "show link@worktree", "status", "diff"] {
            let answer = try sandbox.shell("\(Sandbox.program) \(command)")
            #expect(!(answer.output + answer.errors).contains("very-private"), "\(command)")
        }
        #expect(try sandbox.wfrepo("commit", "-m", "Link", "link").errors.contains("a symbolic link, not a plain file"))
        #expect(try sandbox.shell("git add -A && git commit -q -m Link").status == 1)
        try sandbox.succeed("git commit -q --no-verify -m Link")
        let answer = try sandbox.wfrepo("run", "link")
        #expect(answer.status == 2)
        #expect(
            answer.errors == """
                wfrepo: workflows/link.yaml: a symbolic link, not a file: definitions are read from plain files only
                hint: replace it by a copy of what it points to

                """)
        #expect(try sandbox.wfrepo("status").output.contains("problem: workflows/link.yaml: a symbolic link"))
    }

    @Test(arguments: [
        "check", "commit -m x", "commit -m x pipe", "status", "run pipe@worktree", "show pipe@worktree", "diff",
    ])
    func pipeIsNeverWaitedFor(command: String) throws {
        let sandbox = try Sandbox.withWorkflows(["good": Sandbox.hello])
        try sandbox.succeed("mkfifo workflows/pipe.yaml")
        // timeout(1) says 124 where the program waited for a writer.
        let answer = try sandbox.shell("timeout 20 \(Sandbox.program) \(command)")
        #expect(answer.status != 124)
        if command.contains("pipe") { #expect(answer.errors.contains("a FIFO, not a plain file")) }
        #expect(try sandbox.git("log", "-1", "--format=%s").output == "Start\n")
    }

    @Test(arguments: [["diff"], ["diff", "HEAD"]])
    func whatCannotBeReadKeepsNothingFromTheDiff(command: [String]) throws {
        let sandbox = try Sandbox.withWorkflows(["good": Sandbox.hello])
        try sandbox.write("workflows/broken.yaml", "steps: [\n")
        try sandbox.write("workflows/zebra.yaml", Sandbox.hello)
        try sandbox.succeed("ln -s good.yaml workflows/link.yaml; cp workflows/good.yaml workflows/good.yml")
        let answer = try sandbox.wfrepo(words: command)
        #expect(answer.status == 2)
        #expect(answer.output.contains("workflows/zebra.yaml"))
        for fault in [
            "workflows/link.yaml: a symbolic link", "workflows/broken.yaml:",
            "good: both workflows/good.yaml and workflows/good.yml",
        ] { #expect(answer.errors.contains(fault), "\(fault): \(answer.errors)") }
    }

    @Test(arguments: ["../x", "a/../b", "..", ".git/x", "a//b", "/etc/x", "", "a b", "-", "x/", "a\u{1B}[31m"])
    func nameThatIsNoneIsRefused(name: String) throws {
        let sandbox = try Sandbox.withWorkflows(["good": Sandbox.hello])
        for command in [["new", "--", name], ["mv", "--", "good", name], ["run", "--", name], ["rm", "--", name]] {
            let answer = try sandbox.wfrepo(words: command)
            #expect(answer.status == 2, "\(command)")
            #expect(answer.errors.contains("not a workflow's name"), "\(command): \(answer.errors)")
            #expect(!answer.errors.contains("\u{1B}"))
        }
        #expect(try sandbox.git("status", "--porcelain").output == "")
    }

    @Test func fileWhoseNameIsNoneIsNamedByCheck() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        for name in ["sp ace", "-dash", "Grüße", "two\nlines"] {
            try sandbox.write("workflows/\(name).yaml", Sandbox.hello)
        }
        let wrong =
            "1:1: the file's name can't be a workflow's — names are made of letters, digits, - _ . and /, each part "
        let lines = try sandbox.wfrepo("check").output.split(separator: "\n")
        #expect(lines.count == 5 && lines.last == "5 checked: 4 errors", "\(lines)")
        for file in ["sp ace", "-dash", "Grüße", "two lines"] {
            #expect(lines.contains { $0.hasPrefix("workflows/\(file).yaml:" + wrong) }, "\(lines)")
        }
        // Elsewhere a file may be called as it likes.
        try sandbox.write("any name.yaml", Sandbox.hello)
        #expect(try sandbox.wfrepo("check", "any name.yaml").status == 0)
    }

    @Test func twoFilesOfOneNameAreRefused() throws {
        let sandbox = try Sandbox.withWorkflows(["job": Sandbox.hello])
        try sandbox.succeed("cp workflows/job.yaml workflows/job.yml")
        let checked = try sandbox.wfrepo("check")
        #expect(checked.status == 1)
        #expect(checked.output.hasPrefix("workflows/job.yml:1:1: workflows/job.yaml claims the name job, too"))
        #expect(
            try sandbox.wfrepo("commit", "-m", "Both").errors.contains(
                "both workflows/job.yaml and workflows/job.yml claim that name\nhint: keep one of them, say: rm workflows/job.yml"
            ))
        #expect(
            try sandbox.succeed("wfrepo status").contains(
                "both workflows/job.yaml and workflows/job.yml claim that name"))
    }

    @Test func filesAreNamedAsShellsCompleteThem() throws {
        let sandbox = try Sandbox.withWorkflows(["team/job": Sandbox.hello])
        for (folder, path) in [
            (".", "workflows/team/job.yaml"), ("workflows/team", "job.yaml"), ("workflows", "./team/../team/job.yaml"),
        ] {
            let answer = try sandbox.wfrepo("log", "--oneline", path, in: folder)
            #expect(answer.output.hasPrefix("team/job v1 "), "\(answer.errors)")
        }
    }

    @Test func nothingIsWrittenThroughALinkedFolder() throws {
        let sandbox = try Sandbox.withWorkflows(["good": Sandbox.hello])
        try sandbox.succeed("mkdir ../outside && ln -s ../../outside workflows/team")
        let answer = try sandbox.wfrepo("new", "team/evil")
        #expect(answer.status == 2)
        #expect(answer.errors.contains("is no folder of the work tree, but a link or a file"))
        #expect(try sandbox.succeed("ls ../outside") == "")
    }
}
