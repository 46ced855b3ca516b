import Foundation
import Testing

@testable import WorkflowLanguage

@Suite struct GraphDrawingTests {
    /// A drawing of nodes `0`, `1`, … with these edges.
    private func drawing(_ count: Int, _ edges: [(Int, Int)]) -> GraphDrawing {
        GraphDrawing(
            title: "t", nodes: (0..<count).map { GraphDrawing.Node("\($0)") },
            edges: edges.map { GraphDrawing.Edge(from: $0.0, to: $0.1) })
    }

    private func rails(_ drawing: GraphDrawing) -> String {
        RailText(drawing).lines.map { line in line.rails + (line.node.map { "  \($0)" } ?? "") }.joined(separator: "\n")
    }

    @Test func aChainIsOneRail() {
        #expect(rails(drawing(3, [(0, 1), (1, 2)])) == "●  0\n●  1\n●  2")
    }

    @Test func aDiamondOpensAndCloses() {
        #expect(
            rails(drawing(4, [(0, 1), (0, 2), (1, 3), (2, 3)])) == """
                ●  0
                ├─╮
                │ ●  1
                ● │  2
                ├─╯
                ●  3
                """)
    }

    @Test func stepsThatWaitForNothingStandAlone() {
        #expect(rails(drawing(3, [])) == "●  0\n●  1\n●  2")
        #expect(rails(drawing(0, [])) == "")
    }

    @Test func aRailThatIsCrossedStaysWhole() {
        // 0 → 3, 1 → 2: the rail of 0 stays while 2 follows 1; 3 joins both.
        #expect(
            rails(drawing(4, [(0, 3), (1, 2), (2, 3)])) == """
                ●  0
                │ ●  1
                │ ●  2
                ├─╯
                ●  3
                """)
    }

    @Test func aCircleOfTwoVersionsTogetherIsDrawnWithoutItsLastEdge() {
        let drawing = drawing(3, [(0, 1), (1, 2), (2, 0), (1, 1), (0, 1), (0, 9)])
        #expect(drawing.edges.map { [$0.from, $0.to] } == [[0, 1], [1, 2]])
    }

    @Test func placesInALayerNeverOverlap() {
        var seed: UInt64 = 7
        func random(_ below: Int) -> Int {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(seed >> 33) % below
        }
        for _ in 0..<50 {
            let count = 2 + random(30)
            let edges = (0..<(count * 2)).compactMap { _ -> (from: Int, to: Int)? in
                let (a, b) = (random(count), random(count))
                return a < b ? (a, b) : nil
            }
            let widths = (0..<count).map { _ in Double(60 + random(120)) }
            let layout = LayeredLayout(edges: edges, widths: widths, distance: 90, margin: 10)
            for edge in edges { #expect(layout.centres[edge.from].y < layout.centres[edge.to].y) }
            for first in 0..<count {
                for second in 0..<first where layout.centres[first].y == layout.centres[second].y {
                    let distance = abs(layout.centres[first].x - layout.centres[second].x)
                    #expect(distance >= (widths[first] + widths[second]) / 2)
                }
                #expect(layout.centres[first].x - widths[first] / 2 >= 9.99)
                #expect(layout.centres[first].x + widths[first] / 2 <= layout.width)
            }
        }
    }

    @Test func crossingsThatCanBeAvoidedAre() {
        // Two pairs that cross in written order.
        let layout = LayeredLayout(
            edges: [(0, 3), (1, 2)], widths: [50, 50, 50, 50], distance: 90, margin: 0)
        let (a, b, c, d) = (layout.centres[0].x, layout.centres[1].x, layout.centres[3].x, layout.centres[2].x)
        #expect((a < b) == (c < d))
    }

    @Test func namesCannotBreakOutOfAnyForm() throws {
        let evil = "\"]<script>&`#;\u{1B}[2J\\"
        let drawing = GraphDrawing(
            title: evil, nodes: [GraphDrawing.Node(evil, kind: evil, note: evil, undo: evil), GraphDrawing.Node("b")],
            edges: [GraphDrawing.Edge(from: 0, to: 1)])
        for text in [drawing.svg, drawing.mermaid, drawing.dot] { #expect(!text.contains("\u{1B}")) }
        #expect(!drawing.svg.contains("<script"))
        #expect(!drawing.mermaid.contains("<script"))
        #expect(drawing.dot.hasPrefix(#"digraph "\"]<script>&`#;\\u{1B}[2J\\" {"#))
        // Another program's word that the picture is well-formed.
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).svg")
        defer { try? FileManager.default.removeItem(at: file) }
        try drawing.svg.write(to: file, atomically: true, encoding: .utf8)
        let check = Process()
        check.executableURL = URL(filePath: "/usr/bin/env")
        check.arguments = ["python3", "-c", "import sys, xml.dom.minidom as m; m.parse(sys.argv[1])", file.path]
        try check.run()
        check.waitUntilExit()
        #expect(check.terminationStatus == 0)
    }

    @Test func tenThousandStepsAreNoTrouble() {
        let chain = drawing(10_000, (1..<10_000).map { ($0 - 1, $0) })
        #expect(RailText(chain).lines.count == 10_000)
        #expect(chain.layers.last == 9_999)
        let wide = drawing(2_002, (1...2_000).flatMap { [(0, $0), ($0, 2_001)] })
        #expect(!wide.svg.isEmpty)
    }
}
