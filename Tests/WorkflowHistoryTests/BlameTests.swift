import GitStore
import Testing
import WorkflowHistory
import WorkflowLanguage

@Suite struct BlameTests {
    private static let file = "workflows/deploy.yaml"

    /// `part version` of each part, in the order of the file.
    private func blame(_ scratch: Scratch, _ revision: String = "deploy") throws -> [String] {
        let lines = try scratch.workflows().blame(RevisionSpec.parse(revision, calendar: scratch.calendar))
        return lines.map { line in
            "\(line.part) \(line.entry?.version.label ?? "unsaved")" + (line.nameThen.map { " as \($0)" } ?? "")
        }
    }

    @Test func namesTheVersionThatLastChangedTheMeaningOfEachPart() throws {
        let scratch = try Scratch()
        try scratch.commit([
            Self.file: "name: Deploy\ntimeout: 1h\nsteps:\n  - {id: a, run: make a}\n  - {id: b, run: make b}\n"
        ])
        try scratch.commit([
            Self.file: "name: Deploy\ntimeout: 2h\nsteps:\n  - {id: a, run: make a}\n  - {id: b, run: make b}\n"
        ])
        try scratch.commit([
            Self.file: "name: Deploy\ntimeout: 2h\nsteps:\n  - {id: a, run: make a}\n  - {id: b, run: make b -j2}\n"
        ])
        // Layout, comments and the order of keys.
        try scratch.commit([
            Self.file:
                "# c\ntimeout: 2h\nname: 'Deploy'\nsteps:\n  - run: make a\n    id: a\n  - {id: b, run: make b -j2}\n"
        ])
        #expect(try blame(scratch) == ["timeout v2", "name v1", "steps[a] v1", "steps[b] v3"])
        #expect(try blame(scratch, "deploy@v2") == ["name v1", "timeout v2", "steps[a] v1", "steps[b] v1"])
        let lines = try scratch.workflows().blame(RevisionSpec(name: .deploy, selector: .tip))
        #expect(lines.map(\.line) == [2, 3, 5, 7])
        #expect(lines.first?.entry?.author.name == "Ada")
    }

    @Test func countsWhatAStepWaitsForAsMeaning() throws {
        let scratch = try Scratch()
        try scratch.commit([Self.file: "steps:\n  - {id: a, run: make a}\n  - {id: b, run: make b}\n"])
        try scratch.commit([
            Self.file: "steps:\n  - {id: a, run: make a}\n  - {id: new, run: x}\n  - {id: b, run: make b}\n"
        ])
        // Only says what followed from the order.
        try scratch.commit([
            Self.file:
                "steps:\n  - {id: a, run: make a}\n  - {id: new, run: x}\n  - {id: b, run: make b, needs: [new]}\n"
        ])
        #expect(try blame(scratch) == ["steps[a] v1", "steps[new] v2", "steps[b] v2"])
    }

    @Test func followsRenamesOfStepsAndOfTheFile() throws {
        let scratch = try Scratch()
        try scratch.commit([
            "workflows/old.yaml":
                "steps:\n  - {id: load, run: make load it all}\n  - {id: b, needs: [load], run: 'echo ${{ steps.load.outcome }}'}\n"
        ])
        try scratch.commit([
            "workflows/old.yaml":
                "steps:\n  - {id: load, run: make load it all -j}\n  - {id: b, needs: [load], run: 'echo ${{ steps.load.outcome }}'}\n"
        ])
        try scratch.commit([
            "workflows/old.yaml":
                "steps:\n  - {id: fill, run: make load it all -j}\n  - {id: b, needs: [fill], run: 'echo ${{ steps.fill.outcome }}'}\n"
        ])
        try scratch.run("git mv workflows/old.yaml workflows/deploy.yaml")
        try scratch.git("commit -qm renamed")
        #expect(try blame(scratch) == ["steps[fill] v2 as load", "steps[b] v1"])
    }

    @Test func tellsStepsWithoutIdsApartByTheirContent() throws {
        let scratch = try Scratch()
        try scratch.commit([Self.file: "steps:\n  - run: make first\n  - run: make second\n"])
        try scratch.commit([Self.file: "steps:\n  - run: make nothing\n  - run: make first\n  - run: make second\n"])
        #expect(try blame(scratch) == ["steps[step-1] v2", "steps[step-2] v2", "steps[step-3] v1 as step-2"])
    }

    @Test func passesOverVersionsThatCannotBeRead() throws {
        let scratch = try Scratch()
        try scratch.commit([Self.file: "timeout: 1h\nsteps:\n  - {id: a, run: x}\n"])
        try scratch.commit([Self.file: "timeout: ["])
        try scratch.commit([Self.file: "timeout: 1h\nsteps:\n  - {id: a, run: y}\n"])
        #expect(try blame(scratch) == ["timeout v1", "steps[a] v3"])
    }

    @Test func namesTheWorkTreesOwnEdits() throws {
        let scratch = try Scratch()
        try scratch.commit([Self.file: "steps:\n  - {id: a, run: x}\n"])
        try scratch.write("timeout: 1h\nsteps:\n  - {id: a, run: x}\n  - {id: b, run: y}\n", Self.file)
        #expect(try blame(scratch, "deploy@worktree") == ["timeout unsaved", "steps[a] v1", "steps[b] unsaved"])
    }

    @Test func refusesWhatCannotBeTakenApart() throws {
        let scratch = try Scratch()
        try scratch.commit([Self.file: "timeout: ["])
        #expect {
            try blame(scratch)
        } throws: {
            ($0 as? HistoryError)?.code == .invalidDefinition
        }
    }

    @Test func tellsTheHistoryOfOneStep() throws {
        let scratch = try Scratch()
        let more = "  - {id: z, run: make z, needs: []}\n"
        try scratch.commit([Self.file: "steps:\n" + more])
        try scratch.commit([Self.file: "steps:\n  - {id: load, run: make load it all}\n" + more])
        try scratch.commit([Self.file: "steps:\n  - {id: load, run: make load it all -j}\n" + more])
        try scratch.commit([Self.file: "timeout: 1h\nsteps:\n  - {id: load, run: make load it all -j}\n" + more])
        try scratch.commit([Self.file: "timeout: 1h\nsteps:\n  - {id: fill, run: make load it all -j}\n" + more])
        try scratch.commit([Self.file: "timeout: 1h\nsteps:\n" + more])
        let workflows = try scratch.workflows()
        let history = try workflows.stepHistory("fill", of: .deploy)
        #expect(history.map(\.entry.version.label) == ["v6", "v5", "v3", "v2"])
        #expect(history.map(\.change) == [.removed, .renamed(from: "load"), .changed, .added])
        #expect(try workflows.stepHistory("fill", of: .deploy, limit: 2).count == 2)
        #expect {
            try workflows.stepHistory("lod", of: .deploy)
        } throws: {
            ($0 as? HistoryError)?.code == .unknownRevision
        }
    }

    @Test func goesOnBehindAStepThatWasRemovedAndCameBack() throws {
        let scratch = try Scratch()
        let step = "  - {id: load, run: make load it all}\n"
        let other = "steps:\n  - {id: z, run: make z}\n"
        try scratch.commit([Self.file: other + step])
        try scratch.commit([Self.file: other])
        try scratch.commit([Self.file: other + step])
        let history = try scratch.workflows().stepHistory("load", of: .deploy)
        #expect(history.map(\.change) == [.added, .removed, .added])
        #expect(history.map(\.entry.version.label) == ["v3", "v2", "v1"])
        try scratch.commit([Self.file: nil, "readme": "1"])
        #expect(try scratch.workflows().stepHistory("load", of: .deploy, limit: 1).map(\.change) == [.added])
        #expect(try scratch.workflows().stepHistory("load", of: .deploy, limit: 0) == [])
    }

    @Test func choosesVersionsByDateAuthorAndMessage() throws {
        let scratch = try Scratch()
        let first = scratch.now
        try scratch.commit([Self.file: Scratch.definition("one")], "the first\n\nwith more words")
        try scratch.commit([Self.file: Scratch.definition("two")], "the second")
        let workflows = try scratch.workflows()
        func labels(_ filter: LogFilter) throws -> [String] {
            try workflows.log(of: .deploy, matching: filter).map(\.version.label)
        }
        #expect(try labels(LogFilter(message: Pattern("^with"))) == ["v1"])
        #expect(try labels(LogFilter(author: Pattern("ada@"))) == ["v2", "v1"])
        #expect(try labels(LogFilter(author: Pattern("bob"))) == [])
        #expect(try labels(LogFilter(since: first + 200)) == ["v2"])
        #expect(try labels(LogFilter(until: first + 200)) == ["v1"])
    }
}
