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
    }
}
