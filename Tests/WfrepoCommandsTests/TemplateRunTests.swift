import Foundation
import Testing

/// Each template, made into a workflow, committed and run with the sample data that comes with it.
@Suite struct TemplateRunTests {
    /// A repository with one committed workflow, made from a template.
    private func repository(_ template: String, _ parameters: String...) throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.succeed("wfrepo init .")
        let settings = parameters.map { "--set '\($0.replacing("'", with: "'\\''"))'" }.joined(separator: " ")
        try sandbox.succeed("wfrepo new job --template \(template) \(settings)")
        try sandbox.succeed("wfrepo check && git add -A && { git diff --cached --quiet || git commit -q -m Job; }")
        return sandbox
    }

    @Test func helloGreets() throws {
        let sandbox = try repository("hello", "who=Ada: \"it's #1\"")
        try sandbox.succeed("wfrepo run job --json >record.json")
        let record = try Data(contentsOf: sandbox.root.appending(path: "record.json"))
        let run = try #require((try JSONSerialization.jsonObject(with: record) as? [String: Any])?["run"] as? String)
        let answer = try sandbox.succeed("wfrepo runs logs \(run) greet")
        #expect(answer.contains("Hello, Ada: \"it's #1\""))
    }

    @Test func dataLoadIsTakenBackWhenItsBatchIsWrong() throws {
        let sandbox = try repository("data-load")
        let state = "sqlite3 data/warehouse.sqlite 'SELECT count(*), round(sum(amount), 2) FROM orders'"
        try sandbox.succeed("wfrepo run job")
        #expect(try sandbox.succeed(state) == "12|3564.04\n")

        try sandbox.succeed("sed -i 's/410.75/411.75/' data/orders.csv && wfrepo run job")
        #expect(try sandbox.succeed(state) == "12|3565.04\n")

        try sandbox.succeed("sed -i 's/>= 10 /> 1000 /' workflows/job.yaml && wfrepo commit -m Stricter job")
        try sandbox.succeed("sed -i 's/411.75/999.99/' data/orders.csv")
        try sandbox.fail("wfrepo run job")
        #expect(try sandbox.succeed(state) == "12|3565.04\n")
    }

    @Test func dataLoadRefusesMalformedFiles() throws {
        let sandbox = try repository("data-load")
        for fault in ["$ a 1013,2026-11-11,X", "$ a 1001,2026-11-11,X,DE,5", "2 s/184.50/-1/", "1 s/day/date/"] {
            try sandbox.succeed("cp data/orders.csv good.csv && sed -i '\(fault)' data/orders.csv")
            try sandbox.fail("wfrepo run job")
            try sandbox.succeed("mv good.csv data/orders.csv")
        }
        #expect(!FileManager.default.fileExists(atPath: sandbox.root.appending(path: "data/warehouse.sqlite").path))
    }

    @Test func backupIsProvedAndRotated() throws {
        let sandbox = try repository("backup", "keep=2")
        for _ in 1...3 { try sandbox.succeed("wfrepo run job") }
        #expect(try sandbox.succeed("ls backups/*.tar.gz | wc -l") == "2\n")
        try sandbox.succeed("cd backups && sha256sum --check --quiet *.sha256")
        try sandbox.succeed(
            "mkdir out && tar -xzf \"$(ls backups/*.tar.gz | tail -n 1)\" -C out && diff -r documents out")
        try sandbox.fail("wfrepo run job --input destination=documents/backups")
    }

    @Test func healthCheckKeepsAHistory() throws {
        let sandbox = try repository("health-check", "url=http://127.0.0.1:9/", "disk-percent=100")
        try sandbox.fail("wfrepo run job")
        let lines = try sandbox.read("health/history.csv").split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines.last?.contains(",failure,") == true)
    }

    @Test func releaseThatDoesNotWorkIsWithdrawn() throws {
        let sandbox = try repository("build-test-release")
        try sandbox.succeed("wfrepo run job")
        try sandbox.succeed("cd releases/greet-0.1.0 && sha256sum --check --quiet *.sha256")
        #expect(
            try sandbox.read("releases/greet-0.1.0/COMMIT") == sandbox.git("rev-parse", "HEAD").output)
        try sandbox.fail("wfrepo run job")

        try sandbox.succeed("echo 0.2.0 >app/VERSION && sed -i 's/--version ]/--vision ]/' app/src/greet.sh")
        try sandbox.succeed("sed -i 's/bin.greet --version/bin\\/greet --version | grep 0.2.0/' workflows/job.yaml")
        try sandbox.succeed("git commit -q -a -m 'Break the version'")
        try sandbox.fail("wfrepo run job")
        #expect(try sandbox.succeed("ls releases") == "greet-0.1.0\n")
    }

    @Test func batchNamesWhatFailed() throws {
        let sandbox = try repository("batch")
        try sandbox.succeed("rm batch/in/gamma.txt")
        try sandbox.fail("wfrepo run job")
        let exits = try sandbox.succeed("cut -f 2,3 batch/results.tsv")
        #expect(
            exits == """
                exit\titem
                0\tbatch/in/alpha.txt
                0\tbatch/in/beta.txt
                1\tbatch/in/gamma.txt
                0\tbatch/in/delta.txt
                0\tbatch/in/epsilon.txt

                """)
    }

    @Test func reportShowsTheChange() throws {
        let sandbox = try repository("report")
        try sandbox.succeed("wfrepo run job && sed -i 's/219.00/300.00/' data/sales.csv && wfrepo run job")
        #expect(
            try sandbox.read("reports/latest.md").contains(
                """
                | region | rows | amount | share  | change |
                |--------|------|--------|--------|--------|
                | South  | 2    | 978.00 | 36.4 % | +0.00  |
                | North  | 3    | 969.90 | 36.1 % | +81.00 |
                """))
    }

    @Test func cleanupMovesOldFilesOnlyWhenTold() throws {
        let sandbox = try repository("cleanup")
        try sandbox.succeed("mkdir logs/old && for i in 1 2; do touch -d '60 days ago' \"logs/old/a b$i.log\"; done")
        try sandbox.succeed("wfrepo run job")
        #expect(try sandbox.succeed("find logs -type f | wc -l") == "3\n")
        try sandbox.succeed("wfrepo run job --input apply=true")
        #expect(try sandbox.succeed("find logs -type f") == "logs/mail.log\n")
        #expect(try sandbox.succeed("find trash -type f | wc -l") == "2\n")
        try sandbox.fail("wfrepo run job --input folder=/etc")
    }
}
