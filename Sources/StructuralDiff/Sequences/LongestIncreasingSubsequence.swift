/// The indexes of a longest strictly increasing subsequence of `numbers`, in O(n log n).
///
/// Source: patience sorting; Aldous and Diaconis, "Longest increasing subsequences", 1999.
func longestIncreasingSubsequence(_ numbers: [Int]) -> [Int] {
    /// For each length, the index of the smallest number that ends a subsequence of that length.
    var tails: [Int] = []
    var previous = [Int](repeating: -1, count: numbers.count)
    for (index, number) in numbers.enumerated() {
        var low = 0
        var high = tails.count
        while low < high {
            let middle = (low + high) / 2
            if numbers[tails[middle]] < number { low = middle + 1 } else { high = middle }
        }
        if low > 0 { previous[index] = tails[low - 1] }
        if low == tails.count { tails.append(index) } else { tails[low] = index }
    }
    var result: [Int] = []
    var index = tails.last ?? -1
    while index >= 0 {
        result.append(index)
        index = previous[index]
    }
    return result.reversed()
}
