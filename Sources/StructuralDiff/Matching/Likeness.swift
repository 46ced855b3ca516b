import DocumentTree

/// How much two subtrees that aren't equal have in common, through hashed features: which values stand where, which
/// words they hold.
struct Likeness {
    /// A pair of items (by their places in the lists) and its score.
    struct Candidate {
        var old: Int
        var new: Int
        /// 0 (nothing in common) to 1.
        var score: Double
    }

    /// The score from which on two items are taken for one that was edited.
    static let threshold = 0.5

    /// Up to so many pairs, every one is scored; above, only pairs that share a rare feature.
    private static let exhaustivePairs = 4096
    /// A feature that more items share isn't rare.
    private static let rareCount = 16
    /// How many nodes of a subtree and words of a scalar are looked at.
    private static let maximumNodes = 256
    private static let maximumWords = 24

    /// The features of a subtree, each with its weight.
    struct Features {
        var weights: [Int: Int] = [:]
        var total = 0

        mutating func add(_ feature: Int, weight: Int) {
            weights[feature, default: 0] += weight
            total += weight
        }

        /// Twice the common weight over the whole weight (Sørensen and Dice).
        func score(_ other: Features) -> Double {
            let (small, large) = weights.count < other.weights.count ? (self, other) : (other, self)
            var common = 0
            for (feature, weight) in small.weights { common += min(weight, large.weights[feature] ?? 0) }
            return total + other.total == 0 ? 0 : 2 * Double(common) / Double(total + other.total)
        }
    }

    /// Candidates for pairs among the items `left` and `right`, best first; ties in the order of the lists.
    static func candidates(
        _ left: [Int], in old: Outline, _ right: [Int], in new: Outline, threshold: Double = threshold
    ) -> [Candidate] {
        let leftFeatures = left.map { features(of: $0, in: old) }
        let rightFeatures = right.map { features(of: $0, in: new) }
        var found: [Candidate] = []
        func score(_ one: Int, _ other: Int) {
            guard sameKind(old[left[one]].node, new[right[other]].node) else { return }
            let score = leftFeatures[one].score(rightFeatures[other])
            if score >= threshold { found.append(Candidate(old: one, new: other, score: score)) }
        }
        if left.count * right.count <= exhaustivePairs {
            for one in left.indices {
                for other in right.indices { score(one, other) }
            }
        } else {
            var holders: [Int: [Int]] = [:]
            for (other, features) in rightFeatures.enumerated() {
                for feature in features.weights.keys where holders[feature]?.count ?? 0 <= rareCount {
                    holders[feature, default: []].append(other)
                }
            }
            for one in left.indices {
                var partners: Set<Int> = []
                for feature in leftFeatures[one].weights.keys {
                    guard let others = holders[feature], others.count <= rareCount else { continue }
                    partners.formUnion(others)
                }
                // The order of a set differs from run to run; what is found must not.
                for other in partners.sorted() { score(one, other) }
            }
        }
        found.sort {
            if $0.score != $1.score { return $0.score > $1.score }
            let (distance, otherDistance) = (abs($0.old - $0.new), abs($1.old - $1.new))
            return (distance, $0.old, $0.new) < (otherDistance, $1.old, $1.new)
        }
        return found
    }

    /// Whether both are mappings, both sequences or both scalars.
    static func sameKind(_ one: Node, _ other: Node) -> Bool {
        switch (one.content, other.content) {
        case (.mapping, .mapping), (.sequence, .sequence), (.scalar, .scalar): true
        default: false
        }
    }

    /// The features of the subtree at `element`.
    static func features(of element: Int, in outline: Outline) -> Features {
        var features = Features()
        var paths: [Int: Int] = [element: 0]
        for current in element..<(element + min(outline[element].size, maximumNodes)) {
            let own = outline[current]
            if current != element {
                // Where in a sequence an item stands doesn't matter.
                paths[current] = Fingerprint.of(key: own.key ?? "", value: paths[own.parent] ?? 0)
            }
            let path = paths[current] ?? 0
            guard let scalar = own.node.scalar else { continue }
            features.add(path, weight: 1)
            features.add(path ^ own.fingerprint, weight: 2)
            guard case .string(let string) = scalar.value else { continue }
            for word in words(of: string) { features.add(Fingerprint.of(key: word, value: path), weight: 1) }
        }
        return features
    }

    /// The first words of a text.
    private static func words(of string: String) -> [String] {
        string.utf8.split(maxSplits: maximumWords, omittingEmptySubsequences: true) { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), 0x80...:
                false
            default: true
            }
        }.prefix(maximumWords).map { String(decoding: $0, as: UTF8.self) }
    }
}
