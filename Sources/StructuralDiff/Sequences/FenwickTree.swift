/// Counts of present things before a place, while things come and go, each in O(log n).
///
/// Source: Fenwick, "A new data structure for cumulative frequency tables", 1994.
struct FenwickTree {
    private var sums: [Int]

    /// Counts of `values`.
    init(_ values: [Int]) {
        sums = [0] + values
        for index in sums.indices.dropFirst() {
            let next = index + (index & -index)
            if next < sums.count { sums[next] += sums[index] }
        }
    }

    /// The sum of the values before `place`.
    func sum(before place: Int) -> Int {
        var index = place
        var sum = 0
        while index > 0 {
            sum += sums[index]
            index -= index & -index
        }
        return sum
    }

    /// Adds to the value at `place`.
    mutating func add(_ difference: Int, at place: Int) {
        var index = place + 1
        while index < sums.count {
            sums[index] += difference
            index += index & -index
        }
    }
}
