extension KindCatalog {
    /// `choose`: branches by condition.
    static let choose = Kind(
        ChoiceReader.kind, "Takes the first branch whose condition holds. The steps that the others name are skipped.",
        parameters: [
            KeyTable.Key(
                "branches",
                .list(
                    of: .mapping(
                        KeyTable(
                            "a branch of `choose`",
                            keys: [
                                KeyTable.Key(
                                    "if", .text, isRequired: true, "An expression, with or without `${{ }}`."),
                                KeyTable.Key(
                                    "name", .formatted(.stepID), default: "its place from 1",
                                    "What the output `branch` says where it is taken."),
                                KeyTable.Key("then", steps, isRequired: true, "The steps that go on."),
                            ])), atLeast: 1, atMost: 100), isRequired: true,
                "The branches, in the order of their trial."),
            KeyTable.Key("otherwise", steps, default: "[]", "The steps that go on where no branch is taken."),
        ],
        outputs: [
            ("branch", "the name of the branch, or its place from 1; null where none was taken"),
            ("steps", "the steps that go on"),
        ],
        example: """
            inputs: {size: {type: integer, default: 7}}
            steps:
              - id: route
                uses: choose
                with:
                  branches: [{if: inputs.size > 5, name: big, then: [large]}]
                  otherwise: [small]
              - {id: large, run: echo large, needs: []}
              - {id: small, run: echo small, needs: []}

            """)

    /// `workflow`: a call of another workflow of the same commit.
    static let workflow = Kind(
        CallReader.kind, "Runs another workflow of the same commit, as a run of its own, and hands on its outputs.",
        parameters: [
            KeyTable.Key("name", .formatted(.workflowName), isRequired: true, "The workflow's name."),
            KeyTable.Key(
                "inputs", .dictionary(keys: .inputName, values: .anything), default: "{}",
                "Its inputs; may hold expressions."),
        ],
        outputs: [("run", "the id of its run"), ("…", "what its `outputs` hand on")],
        example: """
            # The workflow that it calls: wfrepo new hello
            steps:
              - id: greet
                uses: workflow
                with: {name: hello}
              - run: echo "greeted by the run ${{ steps.greet.outputs.run }}"

            """)

    private static let steps = Shape.either([
        .formatted(.stepID), .list(of: .formatted(.stepID), isUnique: true),
    ])
}
