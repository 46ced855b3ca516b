import Testing

@testable import WorkflowSecrets

@Suite struct SealedStreamTests {
    private let content = (0..<(2 * SealedStream.chunkSize + 5)).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 9) }

    private func sealed(_ bytes: [UInt8], _ passphrase: String = "horse") throws -> [UInt8] {
        var sealer = try StreamSealer(passphrase: Array(passphrase.utf8), cost: 1 << 14)
        return try sealer.head + sealer.seal(bytes) + sealer.finish()
    }

    private func opened(_ bytes: [UInt8], _ passphrase: String = "horse") throws -> [UInt8] {
        var position = 0
        var opener = try StreamOpener("it", passphrase: { Array(passphrase.utf8) }) { count in
            let piece = bytes[position..<min(bytes.count, position + count)]
            position += piece.count
            return Array(piece)
        }
        var result: [UInt8] = []
        while let piece = try opener.next() { result += piece }
        return result
    }

    @Test func whatWasSealedComesBack() throws {
        for size in [0, 1, SealedStream.chunkSize, SealedStream.chunkSize + 1, content.count] {
            #expect(try opened(sealed(Array(content.prefix(size)))) == Array(content.prefix(size)))
        }
    }

    @Test func cutJoinedReorderedAndChangedStreamsAreKnown() throws {
        let whole = try sealed(content)
        let head = SealedStream.header.count + 17
        let chunk = 4 + SealedStream.chunkSize + SealedStream.tagSize
        let first = Array(whole[head..<(head + chunk)])
        let second = Array(whole[(head + chunk)..<(head + 2 * chunk)])
        let last = Array(whole[(head + 2 * chunk)...])
        let top = Array(whole[..<head])
        let bad: [[UInt8]] = [
            top + first + second, top + first + last, top + second + first + last, whole + [0], top + first,
            Array(whole.dropLast()), top + first + first + last, top, top + last,
        ]
        for stream in bad { #expect(throws: SecretsError.self) { try opened(stream) } }
        for position in [head + 2, head + 100, head + chunk + 50, whole.count - 1, 20] {
            var changed = whole
            changed[position] ^= 1
            #expect(throws: SecretsError.self) { try opened(changed) }
        }
        #expect(code { _ = try opened(whole, "house") } == .wrongKey)
        #expect(code { _ = try opened(Array("something else entirely, long enough".utf8)) } == .invalid)
    }

    @Test func equalStreamsAreSealedDifferently() throws {
        #expect(try sealed([1, 2, 3]) != sealed([1, 2, 3]))
    }
}
