import Foundation
import Testing

/// The README's tour, run as it stands there.
@Suite struct ReadmeTests {
    /// The commands below each `<!-- tour -->`, in their order.
    private func tour() throws -> [String] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../README.md")
        let text = try String(contentsOf: file, encoding: .utf8)
        return text.components(separatedBy: "<!-- tour -->\n```sh\n").dropFirst().map { block in
            block.components(separatedBy: "```")[0]
        }
    }

    @Test func tourRunsAsItStands() throws {
        let sandbox = try Sandbox()
        sandbox.environment["PATH", default: ""] =
            Sandbox.builtPrograms.path + ":" + sandbox.environment["PATH", default: ""]
        let blocks = try tour()
        #expect(blocks.count == 5)
        let answer = try sandbox.shell("set -e\n" + blocks.joined())
        #expect(answer.status == 0, "\(answer.output)\(answer.errors)")
        #expect(answer.output.contains("12|3564.04"))

        let subjects = try sandbox.git("log", "--format=%s", "--reverse", "--", "workflows/orders.yaml", in: "shop")
        let lines = subjects.output.split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines.prefix(2) == ["Load the orders of each week", "Be patient with a busy database"])
        let first = try sandbox.git("rev-parse", "HEAD~2:workflows/orders.yaml", in: "shop").output
        #expect(try sandbox.git("rev-parse", "HEAD:workflows/orders.yaml", in: "shop").output == first)
    }
}
