internal import GRDB
internal import GitStore
internal import WorkflowHistory

extension RecordIndex {
    /// How many audit lines say nothing here: they are sealed, and the keys that open them are in another clone or were destroyed.
    ///
    /// Each segment's commits count its lines; what the index has of them could be read.
    public func sealedLines() throws -> Int {
        let readable = try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT s.reference, d.events
                    FROM (SELECT source, sum(events) AS events FROM event_days GROUP BY source) d
                    JOIN sources s ON s.id = d.source
                    """
            ).reduce(into: [String: Int]()) { $0[$1["reference"]] = $1["events"] }
        }
        var count = 0
        let months = try SegmentCatalog(.audit, in: repository).months
        for (number, month) in months.enumerated() {
            for (segment, tip) in month {
                let earlier = months.dropFirst(number + 1).joined().first { $0.segment.clone == segment.clone }?.tip
                let all = try AuditHead(tip, in: repository).count - AuditHead(earlier, in: repository).count
                let missing = all - (readable[segment.reference] ?? 0)
                // A line may also be missing because another clone tells the same, or months before it were dropped.
                guard missing > 0, try hasSealedLines(tip) else { continue }
                count += try missing - (earlier == nil ? lines(before: tip) : 0)
            }
        }
        return count
    }

    /// How many lines the clone had written when a segment began.
    private func lines(before tip: CommitID) throws -> Int {
        var history = try SegmentHistory(of: tip, in: repository)
        while let batch = try history.next() {
            guard batch.previous.isEmpty, let count = batch.commit.trailer(AuditHead.countTrailer) else { continue }
            return (Int(count) ?? 0) - AuditIndexLine.all(in: batch.commit).count
        }
        return 0
    }

    private func hasSealedLines(_ tip: CommitID) throws -> Bool {
        var history = try SegmentHistory(of: tip, in: repository)
        while let batch = try history.next() {
            if batch.commit.message.contains(" \(AuditLine.sealedWord) ") { return true }
        }
        return false
    }
}
