import Foundation
import Testing

/// `uses: file`, as workflows see it.
@Suite struct FileKindTests: KindSuite {
    @Test func archivesComeBackAsTheyWere() throws {
        for ending in ["tar", "tar.gz", "tar.xz", "tar.zst", "zip"] {
            let steps = try run(
                """
                  - run: mkdir -p in/deep && printf one > in/a.txt && printf two > 'in/deep/b c.txt' && chmod 755 in/a.txt && ln -s a.txt in/link
                  - id: pack
                    uses: file
                    with: {action: compress, path: in, to: made/out.\(ending)}
                  - id: unpack
                    uses: file
                    with: {action: extract, path: made/out.\(ending), to: again}
                  - run: diff -r in again && test -x again/a.txt && test "$(readlink again/link)" = a.txt
                  - id: twice
                    uses: file
                    with: {action: extract, path: made/out.\(ending), to: again}

                """, status: 1)
            #expect(outputs(steps["unpack"])["files"] as? Int == 3, "\(ending)")
            #expect(error(steps["twice"]) == "exists")
        }
    }

    /// Archives that other programs made, to harm.
    static let attacks: [(name: String, make: String, error: String)] = [
        (
            "a name with ..", "t = tarfile.TarInfo('../../escaped'); t.size = 1; a.addfile(t, io.BytesIO(b'x'))",
            "unsafe-archive"
        ),
        (
            "an absolute name",
            "t = tarfile.TarInfo('/tmp/wfrepo-escaped'); t.size = 1; a.addfile(t, io.BytesIO(b'x'))", "unsafe-archive"
        ),
        (
            "a link that leads out, then a file through it",
            "t = tarfile.TarInfo('d'); t.type = tarfile.SYMTYPE; t.linkname = '../..'; a.addfile(t); t = tarfile.TarInfo('d/escaped'); t.size = 1; a.addfile(t, io.BytesIO(b'x'))",
            "unsafe-archive"
        ),
        (
            "an absolute link",
            "t = tarfile.TarInfo('d'); t.type = tarfile.SYMTYPE; t.linkname = '/etc/passwd'; a.addfile(t)",
            "unsafe-archive"
        ),
        (
            "a hard link to what is outside",
            "t = tarfile.TarInfo('d'); t.type = tarfile.LNKTYPE; t.linkname = '../../../etc/passwd'; a.addfile(t)",
            "unsafe-archive"
        ),
        (
            "a device",
            "t = tarfile.TarInfo('d'); t.type = tarfile.CHRTYPE; t.devmajor = 1; t.devminor = 3; a.addfile(t)",
            "unsafe-archive"
        ),
        (
            "a file that is a folder, too",
            "a.addfile(tarfile.TarInfo('d')); a.addfile(tarfile.TarInfo('d/e'))", "archive"
        ),
        ("a pipe", "t = tarfile.TarInfo('d'); t.type = tarfile.FIFOTYPE; a.addfile(t)", "unsafe-archive"),
        (
            "a bomb", "t = tarfile.TarInfo('zeros'); t.size = 3 << 20; a.addfile(t, io.BytesIO(bytes(3 << 20)))",
            "too-large"
        ),
        ("too many entries", "[a.addfile(tarfile.TarInfo('f%d' % n)) for n in range(200)]", "too-large"),
    ]

    @Test(arguments: attacks)
    func hostileArchivesAreRefusedWhole(attack: (name: String, make: String, error: String)) throws {
        let sandbox = try Sandbox.withWorkflows()
        try sandbox.write(
            "make.py", "import tarfile, io\na = tarfile.open('/dev/stdout', 'w|gz')\n\(attack.make)\na.close()\n")
        let steps = try run(
            """
              - run: python3 "$WFREPO_ROOT/make.py" > bad.tar.gz
              - id: unpack
                uses: file
                with: {action: extract, path: bad.tar.gz, to: out, limit: 2097152, entries: 100}
              - if: always()
                run: test ! -e out && test "$(ls -A)" = bad.tar.gz && test ! -e ../escaped && test ! -e ../../escaped

            """, status: 1, in: sandbox)
        #expect(error(steps["unpack"]) == attack.error, "\(attack.name)")
        #expect(steps["step-3"]?["status"] as? String == "succeeded", "\(attack.name)")
        #expect(!FileManager.default.fileExists(atPath: "/tmp/wfrepo-escaped"))
    }

    @Test func damagedArchivesAreRefusedWhole() throws {
        let steps = try run(
            """
              - run: mkdir in && head -c 300000 /dev/urandom > in/x && tar czf whole.tgz in && head -c 150000 whole.tgz > cut.tgz && echo text > text.tar
              - {id: cut, uses: file, with: {action: extract, path: cut.tgz, to: a}, continue-on-error: true}
              - {id: text, uses: file, with: {action: extract, path: text.tar, to: b}, continue-on-error: true}
              - run: test ! -e a && test ! -e b

            """)
        #expect(error(steps["cut"]) == "archive")
        #expect(error(steps["text"]) == "archive")
    }

    @Test func pathsStayInTheStepsFolder() throws {
        let sandbox = try Sandbox.withWorkflows()
        try sandbox.write("secret.txt", "mine")
        let actions = [
            "{action: checksum, path: /etc/passwd}", "{action: copy, path: link/passwd, to: here}",
            "{action: copy, path: good, to: ../../../escaped}", "{action: move, path: good, to: link/x}",
            "{action: delete, path: link/passwd}", "{action: delete, path: ., recursive: true}",
            "{action: convert, path: /etc/passwd, from: csv, to: x.json}",
        ]
        let list = actions.enumerated().map { "  - {id: s\($0), uses: file, with: \($1), continue-on-error: true}\n" }
        let steps = try run(
            "  - run: ln -s /etc link; echo x > good\n" + list.joined() + "  - run: test -e good && test ! -e here\n",
            in: sandbox)
        for number in actions.indices {
            #expect(["outside", "parameters"].contains(error(steps["s\(number)"])), "\(actions[number])")
        }
        let allowed = try run(
            "  - {id: s, uses: file, with: {action: checksum, path: /etc/passwd, outside: true}}\n", in: sandbox)
        #expect(outputs(allowed["s"])["sha256"] != nil)
    }

    @Test func dataConvertsInEveryDirection() throws {
        let steps = try run(
            #"""
              - run: |
                  printf 'name,note\r\n"Ada, L.","said ""hi""\nthere"\r\n007,true\r\n' > a.csv
              - {uses: file, with: {action: convert, path: a.csv, to: b.json}}
              - {uses: file, with: {action: convert, path: b.json, to: c.yaml}}
              - {uses: file, with: {action: convert, path: c.yaml, to: d.csv}}
              - run: |
                  python3 - <<'E'
                  import csv, json
                  rows = json.load(open('b.json'))
                  assert rows == [{'name': 'Ada, L.', 'note': 'said "hi"\nthere'}, {'name': '007', 'note': 'true'}], rows
                  assert list(csv.DictReader(open('d.csv', newline=''))) == rows
                  E
              - {id: bad, uses: file, with: {action: convert, path: d.csv, to: e.json, separator: ;}, continue-on-error: true}
              - run: printf 'a,b\n1\n' > ragged.csv
              - {id: ragged, uses: file, with: {action: validate, path: ragged.csv, format: csv}, continue-on-error: true}
              - {id: all, uses: file, with: {action: delete, path: ., recursive: true}, continue-on-error: true}

            """#)
        #expect(error(steps["ragged"]) == "csv")
        #expect(message(steps["all"]) == "'.' names no file")
        #expect(
            ((steps["ragged"]?["attempts"] as? [[String: Any]])?.last?["error"] as? [String: Any])?["message"]
                as? String
                == "ragged.csv:2: has 1 field where the first row has 2")
    }

    @Test func sumsAndSizesAreChecked() throws {
        let steps = try run(
            """
              - run: printf abc > f
              - {id: sum, uses: file, with: {action: checksum, path: f}}
              - {id: good, uses: file, with: {action: validate, path: f, sha256: BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD, minimum-size: 3, maximum-size: 3}}
              - {id: other, uses: file, with: {action: validate, path: f, sha256: "00"}, continue-on-error: true}
              - {id: small, uses: file, with: {action: validate, path: f, minimum-size: 4}, continue-on-error: true}
              - {id: none, uses: file, with: {action: validate, path: nosuch}, continue-on-error: true}
              - {id: best, uses: file, with: {action: optimise, path: f}}

            """)
        // FIPS 180-4's example.
        #expect(
            outputs(steps["sum"])["sha256"] as? String
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(error(steps["other"]) == "checksum")
        #expect(error(steps["small"]) == "invalid")
        #expect(error(steps["none"]) == "missing")
        #expect(["gz", "xz", "zst"].contains(outputs(steps["best"])["format"] as? String))
    }
}
