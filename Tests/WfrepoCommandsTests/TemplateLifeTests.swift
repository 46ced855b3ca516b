import Foundation
import Testing

/// Templates that are searched, saved, used and updated.
@Suite struct TemplateLifeTests {
    @Test func templatesAreFoundByWordsCategoryAndTag() throws {
        let sandbox = try Sandbox.withWorkflows()
        func names(_ words: String...) throws -> [String] {
            let answer = try sandbox.wfrepo(words: ["template", "list", "--json"] + words)
            let list = try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [[String: Any]] ?? []
            return list.compactMap { $0["name"] as? String }
        }
        #expect(try names().count >= 12)
        #expect(try names("csv", "inbox") == ["intake"])
        #expect(try names("--category", "notification") == ["watch-disk"])
        #expect(try names("--tag", "mirror") == ["folder-sync", "git-mirror"])
        #expect(try names("nosuchword").isEmpty)
    }

    @Test func aSavedTemplateIsUsedAndItsNewVersionBroughtIn() throws {
        let sandbox = try Sandbox.withWorkflows([
            "nightly": """
            name: Nightly
            env: {TABLE: orders}
            steps:
              - id: load
                run: echo "$TABLE"
              - id: tell
                run: echo done

            """
        ])
        try sandbox.succeed("wfrepo template save nightly --as load --parameter table=orders --tag own")
        try sandbox.succeed("wfrepo new weekly --template load --set table=bills && wfrepo run -q weekly")
        #expect(try sandbox.wfrepo("runs", "logs", "latest", "load").output == "bills\n")
        #expect(try sandbox.wfrepo("template", "update", "weekly").output.contains("has the newest version"))
        // Both sides change, in different places.
        try sandbox.succeed("sed -i 's/echo done/echo all done/' workflows/weekly.yaml && wfrepo commit -m Mine weekly")
        for round in ["1h", "2h"] {
            try sandbox.succeed(
                "sed -i '/^timeout/d' templates/load/workflow.yaml && echo 'timeout: \(round)' >> templates/load/workflow.yaml"
            )
            let stats = try sandbox.objects("template", "stats", "--json").first { $0["template"] as? String == "load" }
            #expect(stats?["outdated"] as? [String] == ["weekly"])
            #expect(stats?["succeeded"] as? Int == 1)
            try sandbox.succeed("wfrepo template update weekly")
            let text = try sandbox.read("workflows/weekly.yaml")
            #expect(
                text.contains("timeout: \(round)") && text.contains("echo all done") && text.contains("TABLE: bills"))
        }
        let subject = try sandbox.git("log", "-1", "--format=%s%n%(trailers:key=Template,valueonly)").output
        #expect(subject.hasPrefix("Update weekly from template load\nload\n"))
        // The same place: marked, and not saved.
        try sandbox.succeed("sed -i 's/all done/mine/' workflows/weekly.yaml && wfrepo commit -m Mine weekly")
        try sandbox.succeed("sed -i 's/echo done/echo theirs/' templates/load/workflow.yaml")
        let conflict = try sandbox.wfrepo("template", "update", "weekly")
        #expect(conflict.status == 1 && conflict.errors.contains("CONFLICT"))
        #expect(try sandbox.read("workflows/weekly.yaml").contains("<<<<<<<"))
        #expect(conflict.errors.hasSuffix("hint: mend them, then: wfrepo template update weekly --continue\n"))
        let open = try sandbox.wfrepo("template", "update", "weekly", "--continue")
        #expect(open.status == 2 && open.errors.contains("a merge left a conflict here"), "\(open)")
        try sandbox.succeed("sed -i '/^[<=]\\{7\\}/d; />>>>>>>/d; /theirs/d; s/mine/both/' workflows/weekly.yaml")
        try sandbox.succeed("wfrepo template update weekly --continue && wfrepo template update weekly | grep newest")
        #expect(try sandbox.succeed("git log -1 --format=%s") == "Update weekly from template load\n")
        // Once more, and what was there is kept: nothing is left to ask about.
        try sandbox.succeed("sed -i 's/echo theirs/echo theirs again/' templates/load/workflow.yaml")
        try sandbox.fail("wfrepo template update weekly")
        try sandbox.succeed("git checkout -q workflows/weekly.yaml && wfrepo template update weekly --continue")
        #expect(try sandbox.wfrepo("template", "update", "weekly").output.contains("weekly stays as it is"))
        #expect(try sandbox.read("workflows/weekly.yaml").contains("both"))
        let taken = try sandbox.wfrepo("template", "save", "nightly", "--as", "load")
        #expect(taken.errors.hasPrefix("wfrepo: there is a template 'load' in this repository already\nhint: "))
    }

    /// What an update made of the template alone is known in the clone that made it; the others keep edits all the same.
    @Test func anUpdateInAnotherCloneKeepsEdits() throws {
        let sandbox = try Sandbox.withWorkflows(["nightly": Sandbox.hello])
        try sandbox.succeed("wfrepo template save nightly --as load && wfrepo new weekly --template load")
        try sandbox.succeed("sed -i 's/echo hello/echo mine/' workflows/weekly.yaml && wfrepo commit -m Mine weekly")
        let add =
            "echo 'timeout: %h' >> templates/load/workflow.yaml && git commit -qam Load && wfrepo template update weekly"
        try sandbox.succeed(add.replacing("%", with: "1"))
        try sandbox.succeed("git clone -q . ../other && cd ../other && wfrepo init --no-commit . >/dev/null")
        try sandbox.succeed(
            "sed -i '/^timeout/d' templates/load/workflow.yaml && \(add.replacing("%", with: "2"))", in: "../other")
        let text = try sandbox.read("../other/workflows/weekly.yaml")
        #expect(text.contains("echo mine") && text.contains("timeout: 2h"), "\(text)")
    }

    /// git's attributes say how files look in the work tree; that is no edit, and an update keeps to it.
    @Test func lineEndingsOfTheWorkTreeAreNoEdits() throws {
        let sandbox = try Sandbox.withWorkflows(["nightly": Sandbox.hello])
        try sandbox.succeed(
            """
            echo '*.yaml text eol=crlf' >> .gitattributes && git commit -qam Windows
            wfrepo template save nightly --as load && wfrepo new weekly --template load
            rm workflows/weekly.yaml && git checkout -q workflows/weekly.yaml && grep -q "$(printf '\\r')" workflows/weekly.yaml
            """)
        #expect(try sandbox.wfrepo("run", "weekly").errors == "")
        // A hook that refuses leaves the file as it was.
        try sandbox.succeed("echo 'timeout: 1h' >> templates/load/workflow.yaml && cp workflows/weekly.yaml ../before")
        try sandbox.succeed("printf '#!/bin/sh\\nexit 1\\n' > .git/hooks/commit-msg && chmod +x .git/hooks/commit-msg")
        try sandbox.fail("wfrepo template update weekly")
        try sandbox.succeed("cmp workflows/weekly.yaml ../before && rm .git/hooks/commit-msg")
        try sandbox.succeed("wfrepo template update weekly")
        #expect(try sandbox.git("status", "--porcelain", "workflows").output == "")
        #expect(try sandbox.git("show", "HEAD:workflows/weekly.yaml").output.contains("timeout: 1h\n"))
        #expect(try sandbox.read("workflows/weekly.yaml").contains("timeout: 1h\r\n"))
    }

    @Test func templatesOfAnotherRepositoryAreTakenAtACommit() throws {
        let sandbox = try Sandbox.withWorkflows()
        try sandbox.succeed(
            """
            mkdir -p ../team/templates/base ../team/templates/load && cd ../team && git init -q . && \
            printf 'title: Base\nparameters: {table: {default: orders}}\n' > templates/base/template.yaml && \
            printf 'env: {TABLE: <<table>>}\nsteps:\n  - id: load\n    run: echo "$TABLE"\n' > templates/base/workflow.yaml && \
            printf 'title: Load\nextends: base\n' > templates/load/template.yaml && \
            printf 'timeout: 1h\n' > templates/load/workflow.yaml && \
            git add . && git commit -qm one && git tag v1 && \
            printf 'timeout: 2h\n' > templates/load/workflow.yaml && git commit -qam two
            """)
        let asked = try sandbox.wfrepo("template", "add", "../team#v1")
        #expect(asked.status == 2 && asked.errors.contains("Nobody is there to say"))
        #expect(try sandbox.succeed("git for-each-ref refs/wfrepo/templates refs/wfrepo/templates-incoming") == "")
        try sandbox.succeed("wfrepo template add ../team#v1 --yes")
        let listed = try sandbox.objects("template", "list", "--json").first { $0["name"] as? String == "team/load" }
        #expect((listed?["origin"] as? String)?.hasPrefix("../team @") == true)
        #expect(listed?["extends"] as? String == "base")
        // It is what it was, whatever becomes of where it came from.
        try sandbox.succeed("mv ../team ../gone && wfrepo new nightly --template team/load && wfrepo run -q nightly")
        #expect(try sandbox.read("workflows/nightly.yaml").contains("timeout: 1h"))
        try sandbox.succeed("mv ../gone ../team && wfrepo template add ../team --yes && wfrepo template update nightly")
        #expect(try sandbox.read("workflows/nightly.yaml").contains("timeout: 2h"))
        try sandbox.succeed("wfrepo template remove team")
        #expect(try sandbox.wfrepo("template", "show", "team/load").status == 2)
        for wrong in ["--upload-pack=touch /tmp/x", "../team#--x", "../nowhere", "../team#nosuch"] {
            #expect(try sandbox.wfrepo("template", "add", "--yes", "--", wrong).status != 0, "\(wrong)")
        }
    }
}
