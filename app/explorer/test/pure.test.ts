import { describe, expect, it } from "vitest";
import { asCsv, asGraphml, csvField } from "../src/files";
import { census, shown } from "../src/filter";
import { along, clear } from "../src/labels";
import { pieces, quoted } from "../src/marks";
import { around, stanceOf, tieId, type Around } from "../src/model";
import type { Actor, Evidence, Partner } from "../src/types";
import { blocPlaces } from "../src/places";
import { fromAddress, START, toAddress } from "../src/view";

const actor = (id: string, kind: Actor["kind"] = "state"): Actor => ({
  id, name: `Name of ${id}`, kind, country: null, provisional: false,
}); // prettier-ignore

const partner = (id: string, relation: string, kind: Actor["kind"] = "state"): Partner => ({
  partner: actor(id, kind), score: 0.7, stance: "ally", trend: "steady",
  basis: {
    words: "", cooperation: 1, conflict: 0, events: 3, planned: 0, examined: 3,
    acts: [{ relation, status: "asserted", count: 2 }],
  },
  first_seen: "2020-01-01", last_seen: "2021-01-01", evidence: [],
}); // prettier-ignore

function answer(partners: Partner[], total = partners.length): Around {
  const of = actor("A");
  return {
    alliances: {
      actor: of, as_of: "2025-01-01", formal: [], formal_total: 0, observed: partners,
      observed_total: total, changes: null,
    },
    neighbours: { actor: of, as_of: "2025-01-01", items: [], total, ties: [] },
  }; // prettier-ignore
}

const typeOf = (relation: string): string => (relation === "treaty" ? "SUPPORT" : "ASSAULT");

describe("the address", () => {
  it("holds a view and gives it back", () => {
    const view = { ...START, actor: "IRN", open: ["RUS", "USA"], off: ["kind:person"], asOf: "2025-01-01", table: true };
    expect(toAddress(view)).toBe("?actor=IRN&open=RUS,USA&off=kind:person&as_of=2025-01-01&table=1");
    expect(fromAddress(toAddress(view))).toEqual(view);
  });
  it("is empty for the start page, and nonsense in it is passed over", () => {
    expect(toAddress(START)).toBe("");
    expect(fromAddress("?view=nonsense&as_of=yesterday&tone=<b>&open=,,")).toEqual(START);
  });
});

describe("the graph", () => {
  it("never has more than a hundred partners, and says of how many", () => {
    const many = Array.from({ length: 150 }, (_, n) => partner(`P${n}`, "treaty"));
    const graph = around([answer(many, 412)]);
    expect(graph.nodes.size).toBe(101);
    expect(graph.notes).toContain("Name of A: 100 of 412, by weight");
  });
  it("draws who is bound by a commitment alone, but no mere fellow member", () => {
    const given = answer([]);
    const commitment = { id: "c", instrument: "", since: null, until: null, source_url: "" };
    given.alliances.formal = [
      { partner: actor("B"), commitments: [{ ...commitment, kind: "bilateral_defence" }] },
      { partner: actor("C"), commitments: [{ ...commitment, kind: "membership" }] },
    ];
    expect([...around([given]).ties.values()].map((tie) => [tie.id, tie.stance])).toEqual([["A~B", "formal"]]);
  });
  it("has the thresholds of the API", () => {
    expect([0.6, 0.2, 0.19, -0.19, -0.2, -0.6].map(stanceOf)).toEqual([
      "ally", "partner", "mixed", "mixed", "rival", "adversary",
    ]); // prettier-ignore
  });
  it("names a tie the same from either end", () => {
    expect(tieId("RUS", "IRN")).toBe(tieId("IRN", "RUS"));
  });
});

describe("the legend", () => {
  const graph = around([answer([partner("B", "treaty"), partner("C", "attack"), partner("D", "treaty", "person")])]);
  it("counts acts, and ties and actors", () => {
    const found = census(graph, typeOf);
    expect([...found.relation]).toEqual([["treaty", 4], ["attack", 2]]); // prettier-ignore
    expect(found.kind.get("person")).toBe(1);
    expect(found.tie.get("ally")).toBe(3);
  });
  it.each([
    [["relation:attack"], ["A", "B", "D"]],
    [["type:SUPPORT"], ["A", "C"]],
    [["kind:person"], ["A", "B", "C"]],
    [["tie:ally"], ["A"]],
    [["status:asserted"], ["A"]],
  ])("without %j leaves %j", (off, left) => {
    expect(shown(graph, off, [], typeOf).nodes.map((node) => node.id)).toEqual(left);
  });
  it("takes a hidden actor away with its ties", () => {
    expect(shown(graph, [], ["B"], typeOf).ties.map((tie) => tie.id)).toEqual(["A~C", "A~D"]);
  });
});

describe("marks", () => {
  it("count characters and may overlap", () => {
    const found = pieces("😀 Iran met", [
      { name: "source", start: 2, end: 6 },
      { name: "trigger", start: 4, end: 10 },
    ]);
    expect(found.map((piece) => [piece.text, piece.names.join()])).toEqual([
      ["😀 ", ""], ["Ir", "source"], ["an", "source,trigger"], [" met", "trigger"],
    ]); // prettier-ignore
  });
  it("are cut where they leave the text", () => {
    expect(pieces("abc", [{ name: "x", start: -5, end: 1 }, { name: "y", start: 7, end: 9 }])).toEqual([
      { text: "a", names: ["x"] },
      { text: "bc", names: [] },
    ]);
  });
  it("of a quote are offsets into its article", () => {
    const evidence = {
      start: 100, end: 120, quote: "Russia attacked Iran", trigger: { start: 107, end: 115, text: "attacked" },
      source_span: { start: 100, end: 106 }, target_span: { start: 116, end: 120 },
    } as Evidence; // prettier-ignore
    expect(quoted(evidence).filter((piece) => piece.names.length > 0).map((piece) => piece.text)).toEqual([
      "Russia", "attacked", "Iran",
    ]); // prettier-ignore
  });
});

describe("files", () => {
  const hostile = { ...actor("X"), name: '<img src=x onerror="alert(1)">\u0000', hub: false, bloc: "" };
  it("escape what XML would read as markup", () => {
    const text = asGraphml({ nodes: [hostile], ties: [] });
    expect(text).toContain("&lt;img src=x onerror=&quot;alert(1)&quot;&gt;\ufffd");
  });
  it("hold no formula that a spreadsheet would run", () => {
    expect(csvField('=HYPERLINK("x")')).toBe(`"'=HYPERLINK(""x"")"`);
    expect(csvField(-3)).toBe("-3");
  });
  it("have one row for each tie", () => {
    const graph = around([answer([partner("B", "treaty")])]);
    const text = asCsv({ nodes: [...graph.nodes.values()], ties: [...graph.ties.values()] });
    expect(text.split("\r\n")[1]).toBe("Name of A,Name of B,A,B,ally,0.7,3,0,,2020-01-01,2021-01-01");
  });
});

describe("blocs", () => {
  it("never lie over each other", () => {
    const blocs = [30, 12, 12, 7, 3, 1, 1].map((size, bloc) => Array.from({ length: size }, (_, n) => `${bloc}-${n}`));
    const places = [...blocPlaces(blocs)];
    expect(places).toHaveLength(66);
    for (const [one, a] of places) {
      for (const [other, b] of places) {
        if (one === other) continue;
        const apart = Math.hypot(a.x - b.x, a.y - b.y);
        expect(apart).toBeGreaterThan(one.split("-")[0] === other.split("-")[0] ? 90 : 150);
      }
    }
  });
});

describe("names", () => {
  it("that would lie over a weightier one are left out", () => {
    const at = (id: string, x: number, weight: number) => ({ id, x, y: 0, width: 20, height: 10, weight });
    expect([...clear([at("a", 0, 1), at("b", 15, 3), at("c", 30, 2), at("d", 36, 1)])]).toEqual(["b", "d"]);
    const body = { id: "d", x: 10, y: 0, width: 4, height: 4, weight: 2 };
    expect([...clear([at("a", 0, 1), at("d", 12, 0)], [body])]).toEqual(["d"]);
    expect([...clear([at("a", 0, 3)], [body])]).toEqual(["a"]);
  });
  it("along a line take the room of their turned box", () => {
    expect(along(1, 0, 50, 10)).toEqual({ width: 50, height: 10 });
    expect(along(0, -3, 50, 10)).toEqual({ width: 10, height: 50 });
  });
});
