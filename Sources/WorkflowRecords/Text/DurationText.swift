extension Duration {
    /// How long something took, to two or three digits, for people: `240 ms`, `3.2 s`, `4 min 12 s`, `2 h 5 min`.
    var shortText: String {
        guard self > .zero else { return "0 ms" }
        let (seconds, attoseconds) = components
        let milliseconds = Int(attoseconds / 1_000_000_000_000_000)
        switch seconds {
        case 0: return "\(milliseconds) ms"
        case 1..<60: return "\(seconds).\(milliseconds / 100) s"
        case 60..<3_600: return "\(seconds / 60) min \(seconds % 60) s"
        default: return "\(seconds / 3_600) h \(seconds % 3_600 / 60) min"
        }
    }
}
