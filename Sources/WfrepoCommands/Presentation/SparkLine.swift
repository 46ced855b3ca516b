/// Numbers as a line of eight heights, for the eye.
struct SparkLine {
    private static let heights: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

    /// One character a number, the highest for the largest; a space for nothing at all.
    let text: String

    init(_ numbers: [Int]) {
        guard let largest = numbers.max(), largest > 0 else {
            text = String(repeating: " ", count: numbers.count)
            return
        }
        text = String(
            numbers.map { number in
                number <= 0 ? " " : Self.heights[min(7, (number * 8 - 1) / largest)]
            })
    }

    /// The numbers summed up in at most `width` groups of neighbours, so that they fit on a line.
    init(_ numbers: [Int], width: Int) {
        let group = max(1, (numbers.count + width - 1) / max(1, width))
        self.init(
            stride(from: 0, to: numbers.count, by: group).map { start in
                numbers[start..<min(start + group, numbers.count)].reduce(0, +)
            })
    }
}
