extension Duration {
    /// How long something took, as people read it: `43 ms`, `1.20 s`, `2 m 05 s`, `3 h 20 m`, `4 d 02 h`.
    public var shortText: String {
        let milliseconds = max(0, wholeMilliseconds)
        let seconds = milliseconds / 1000
        switch milliseconds {
        case ..<1000: return "\(milliseconds) ms"
        case ..<60_000: return "\(seconds).\(twoDigits(milliseconds % 1000 / 10)) s"
        case ..<3_600_000: return "\(seconds / 60) m \(twoDigits(seconds % 60)) s"
        case ..<86_400_000: return "\(seconds / 3600) h \(twoDigits(seconds / 60 % 60)) m"
        default: return "\(seconds / 86_400) d \(twoDigits(seconds / 3600 % 24)) h"
        }
    }
}

private func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
