import DocumentTree

extension StatisticsReport {
    /// A picture of the days: a bar each, what went well below what did not. It refers to nothing outside itself.
    ///
    /// Source: Scalable Vector Graphics 1.1, W3C.
    var svg: String {
        let (width, height, left, top) = (720, 240, 48, 40)
        let (plotWidth, plotHeight) = (width - left - 16, height - top - 40)
        let largest = max(1, days.map { $0.good + $0.bad }.max() ?? 1)
        let step = Double(plotWidth) / Double(max(1, days.count))
        func number(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }
        func bar(_ index: Int, from start: Int, count: Int, _ color: String, _ title: String) -> String {
            guard count > 0 else { return "" }
            let tall = Double(count) / Double(largest) * Double(plotHeight)
            let base = Double(start) / Double(largest) * Double(plotHeight)
            let y = Double(top + plotHeight) - base - tall
            return "  <rect x=\"\(number(Double(left) + Double(index) * step + step * 0.1))\" y=\"\(number(y))\" "
                + "width=\"\(number(step * 0.8))\" height=\"\(number(tall))\" fill=\"\(color)\">"
                + "<title>\(Self.escaped(title))</title></rect>\n"
        }
        var text = """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" \
            viewBox="0 0 \(width) \(height)" font-family="sans-serif" font-size="12">
              <rect width="100%" height="100%" fill="white"/>
              <text x="\(left)" y="22" font-size="15" font-weight="bold">\(Self.escaped(title))</text>
              <line x1="\(left)" y1="\(top + plotHeight)" x2="\(width - 16)" y2="\(top + plotHeight)" stroke="#888"/>
              <text x="\(left - 6)" y="\(top + 4)" text-anchor="end">\(largest)</text>
              <text x="\(left - 6)" y="\(top + plotHeight)" text-anchor="end">0</text>
              <text x="\(left)" y="\(height - 14)">\(Self.escaped(days.first?.name ?? since))</text>
              <text x="\(width - 16)" y="\(height - 14)" text-anchor="end">\(Self.escaped(days.last?.name ?? until))</text>
              <text x="\(width - 16)" y="22" text-anchor="end"><tspan fill="#2a8a4a">\(Self.escaped(legend.good))</tspan> \
            <tspan fill="#c33">\(Self.escaped(legend.bad))</tspan></text>

            """
        for (index, day) in days.enumerated() {
            text += bar(index, from: 0, count: day.good, "#2a8a4a", "\(day.name): \(day.good) \(legend.good)")
            text += bar(index, from: day.good, count: day.bad, "#c33", "\(day.name): \(day.bad) \(legend.bad)")
        }
        return text + "</svg>\n"
    }

    /// Text in XML (XML 1.0, 2.4); control characters, which it does not have, are left out.
    private static func escaped(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.value >= 0x20 && $0.value & 0xFFFE != 0xFFFE }))
            .replacingScalars(["&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;"])
    }
}
