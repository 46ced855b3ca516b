internal import DocumentTree
internal import GitStore

/// Compares the segments with tips that were kept elsewhere: the segment must still be there and lead to it.
struct KeptTipsCheck {
    let repository: Repository
    let tips: [RecordSegment: CommitID]
    let tombstones: [RecordSegment: Tombstone]

    /// What is wrong by the tips that this user saw last.
    func findings(_ seen: SeenTips) throws -> [Finding] {
        try seen.all.sorted { $0.key < $1.key }.compactMap { reference, tip in
            try finding(.lastSeen, reference, tip.tip, "was seen last", in: seen.path)
        }
    }

    /// What is wrong by the tips that this clone wrote last, which it keeps beside git.
    func findingsOfWritten() throws -> [Finding] {
        try WrittenTips(of: repository).all.sorted { $0.key < $1.key }.compactMap { reference, tip in
            try finding(.references, reference, tip, "was written last", in: WrittenTips.path(in: repository))
        }
    }

    /// The segments that lead to where they were seen last.
    func evidence(_ seen: SeenTips) throws -> [RecordSegment: ProofReport.Evidence] {
        var evidence: [RecordSegment: ProofReport.Evidence] = [:]
        for (reference, seen) in seen.all {
            guard let segment = RecordSegment(reference: reference), let tip = tips[segment],
                try SeenTips.leads(tip, to: seen.tip, in: repository)
            else { continue }
            evidence[segment] = ProofReport.Evidence(kind: .lastSeen(since: seen.since), tip: seen.tip)
        }
        return evidence
    }

    private func finding(
        _ check: Finding.Check, _ reference: String, _ tip: CommitID, _ deed: String, in file: String
    ) throws -> Finding? {
        guard let segment = RecordSegment(reference: reference) else {
            return Finding(
                check, file, "a line names \(PrintableText.escape(reference)), which is no segment of records",
                hint: "the file was changed after it was written; see what there is: git for-each-ref refs/notes/wfrepo"
            )
        }
        let hint = "bring it back from a clone that has it: wfrepo sync; see what is there: git log \(reference)"
        guard let now = tips[segment] else {
            guard tombstones[segment] == nil else { return nil }
            return Finding(
                check, reference, "it was removed; its commit \(tip) \(deed)",
                hint:
                    "bring it back from a clone that has it: wfrepo sync; where it went by right, take its line out of \(file)"
            )
        }
        guard
            try !SeenTips.leads(now, to: tip, in: repository),
            // It was dropped there, and has begun again since.
            try !(tombstones[segment]?.covers(tip, in: repository) ?? false)
        else { return nil }
        return Finding(
            check, reference, "it was rewritten: it no longer leads to the commit \(tip) that \(deed)", hint: hint)
    }
}
