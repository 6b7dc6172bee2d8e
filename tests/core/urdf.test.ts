/** Robot descriptions: what is read, what is listed as missing, and what is refused with its place. */
import fc from "fast-check";
import { OBJLoader } from "three/addons/loaders/OBJLoader.js";
import { STLLoader } from "three/addons/loaders/STLLoader.js";
import { describe, expect, it } from "vitest";
import {
  missingForSimulation,
  parseUrdf,
  parseXml,
  pickArm,
  pickWheels,
  readMesh,
} from "../../core/index.js";

const link = (name: string, inside = "") => `<link name="${name}">${inside}</link>`;
const INERTIAL = `<inertial><origin xyz="0 0 0.1" rpy="0 0 1.5707963267948966"/><mass value="2"/>
  <inertia ixx="0.01" ixy="0" ixz="0" iyy="0.02" iyz="0" izz="0.015"/></inertial>
  <visual><geometry><box size="0.1 0.1 0.2"/></geometry></visual>
  <collision><geometry><cylinder radius="0.05" length="0.2"/></geometry></collision>`;
const joint = (name: string, type: string, parent: string, child: string, inside = "") =>
  `<joint name="${name}" type="${type}"><parent link="${parent}"/><child link="${child}"/>${inside}</joint>`;
const LIMIT = '<limit lower="-1" upper="2" velocity="3" effort="4"/>';
const robot = (...parts: readonly string[]) => `<robot name="test">\n${parts.join("\n")}\n</robot>`;

/** An arm of three joints with two sliding fingers, the second by mimic. */
const ARM = robot(
  link("base"),
  link("a", INERTIAL),
  link("b", INERTIAL),
  link("c", INERTIAL),
  link("left", INERTIAL),
  link("right", INERTIAL),
  link("tool"),
  joint("j1", "revolute", "base", "a", `<origin xyz="0 0 0.3"/><axis xyz="0 0 2"/>${LIMIT}`),
  joint("j2", "revolute", "a", "b", `<origin xyz="0 0 0.2" rpy="0.1 0.2 0.3"/><axis xyz="0 1 0"/>${LIMIT}`),
  joint("j3", "continuous", "b", "c", '<axis xyz="1 0 0"/><limit velocity="3" effort="4"/>'),
  joint(
    "f1",
    "prismatic",
    "c",
    "left",
    `<axis xyz="0 1 0"/><limit lower="0" upper="0.04" velocity="1" effort="9"/>`,
  ),
  joint(
    "f2",
    "prismatic",
    "c",
    "right",
    `<axis xyz="0 -1 0"/><limit lower="0" upper="0.04" velocity="1" effort="9"/><mimic joint="f1" multiplier="1"/>`,
  ),
  joint("fix", "fixed", "c", "tool", '<origin xyz="0 0 0.1"/>'),
);

describe("a description", () => {
  const urdf = parseUrdf(ARM, "arm.urdf");

  it("gives links, joints, limits and unit axes", () => {
    const { model } = urdf;
    expect(model.root).toBe("base");
    expect(model.joints.map((each) => each.type)).toEqual([
      "revolute",
      "revolute",
      "revolute",
      "prismatic",
      "prismatic",
      "fixed",
    ]);
    expect(model.joints[0]!.axis).toEqual([0, 0, 1]);
    expect(model.joints[0]!.limits).toEqual({ lower: -1, upper: 2, velocity: 3, effort: 4 });
    expect(model.joints[2]!.limits.upper).toBe(Number.POSITIVE_INFINITY);
    expect(urdf.joints.get("j3")!.continuous).toBe(true);
    expect(urdf.joints.get("f2")!.mimic).toEqual({ joint: "f1", multiplier: 1, offset: 0 });
    expect(urdf.findings).toEqual([]);
  });

  it("turns the inertia into the link's axes", () => {
    const [, a] = urdf.model.links;
    expect(a!.mass).toBe(2);
    expect(a!.centreOfMass).toEqual([0, 0, 0.1]);
    // a quarter turn about z swaps xx and yy
    expect(a!.inertia[0]).toBeCloseTo(0.02, 12);
    expect(a!.inertia[1]).toBeCloseTo(0.01, 12);
  });

  it("says what it does not say, and makes nothing up", () => {
    const text = robot(
      link("base"),
      link("a", '<visual><geometry><sphere radius="1"/></geometry></visual>'),
      link(
        "b",
        INERTIAL.replace('ixx="0.01"', 'ixx="5"').replace("</inertial>", '</inertial><!-- <x> & "y" -->'),
      ),
      joint("j1", "revolute", "base", "a"),
      joint("j2", "revolute", "a", "b", '<limit effort="0" velocity="1"/>'),
      "<extra/>",
      "<gazebo/>",
    );
    const { findings, model } = parseUrdf(text, "bare.urdf");
    const said = findings.map(({ kind, name }) => `${kind} ${name}`);
    expect(said).toEqual([
      "unread extra",
      "odd b",
      "limits j1",
      "effort j1",
      "velocity j1",
      "effort j2",
      "limits j2",
      "inertia a",
      "collision a",
    ]);
    expect(model.links[1]!.mass).toBe(0);
    expect(model.joints[0]!.limits.effort).toBe(Number.POSITIVE_INFINITY);
  });

  it.each([
    ["no <robot>", "<sdf/>", /robot.urdf:1 <sdf>: the root element must be <robot>/],
    ["two roots", robot(link("a"), link("b")), /all links must hang together.*"a, b"/],
    [
      "a loop",
      robot(link("a"), link("b"), joint("x", "fixed", "a", "b"), joint("y", "fixed", "b", "a")),
      /loop/,
    ],
    [
      "two parents",
      robot(link("a"), link("b"), link("c"), joint("x", "fixed", "a", "c"), joint("y", "fixed", "b", "c")),
      /one parent; c hangs on x/,
    ],
    ["a name twice", robot(link("a"), link("a")), /robot.urdf:3 <link name="a">: link names must be unique/],
    [
      "an unknown type",
      robot(link("a"), link("b"), joint("x", "ball", "a", "b")),
      /type must be one of revolute.*"ball"/,
    ],
    [
      "an unknown link",
      robot(link("a"), joint("x", "fixed", "a", "z")),
      /must be links of this file, got "z"/,
    ],
    [
      "a number that is none",
      robot(link("a"), link("b"), joint("x", "fixed", "a", "b", '<origin xyz="0 0 up"/>')),
      /robot.urdf:4 <origin>: xyz must be 3 finite numbers, got "0 0 up"/,
    ],
    [
      "limits the wrong way round",
      robot(link("a"), link("b"), joint("x", "revolute", "a", "b", '<limit lower="2" upper="1"/>')),
      /lower must not exceed upper \(1\), got 2/,
    ],
    [
      "an axis of zero",
      robot(link("a"), link("b"), joint("x", "revolute", "a", "b", '<axis xyz="0 0 0"/>')),
      /axis must not be zero/,
    ],
    [
      "a negative mass",
      robot(link("a", '<inertial><mass value="-1"/><inertia/></inertial>')),
      /mass must not be negative, got -1/,
    ],
    [
      "mimic of a stranger",
      robot(link("a"), link("b"), joint("x", "revolute", "a", "b", `${LIMIT}<mimic joint="q"/>`)),
      /must follow a joint of this file, got "q"/,
    ],
    [
      "an unknown shape",
      robot(link("a", "<visual><geometry><torus/></geometry></visual>")),
      /one of box, cylinder, sphere, mesh, got "torus"/,
    ],
  ])("refuses %s with place, rule and value", (_, text, message) => {
    expect(() => parseUrdf(text, "robot.urdf")).toThrow(message);
  });
});

describe("XML of a stranger", () => {
  it.each([
    ["a document type", '<!DOCTYPE r [<!ENTITY a "b">]><r/>', /x:1: must have no document type/],
    ["an entity of its own", "<r>\n&lol;</r>", /x:\d: an entity must be one of XML's own five.*&lol;/],
    ["an open element", "<r>\n<a>\n</r>", /x:3: <\/r> must close|<\/r> must close <a>/],
    ["a control character", "<r>\n<a b='\u001b[2J'/></r>", /x:2: must hold no control characters/],
    ["one by its number", "<r a='&#27;[2J'/>", /an entity must be one of XML's own five.*&#27;/],
    ["an attribute twice", '<r a="1" a="2"/>', /must have attribute a once/],
    ["depth without end", "<a>".repeat(200), /at most 100 deep/],
    ["nothing", "  ", /must have a root element/],
  ])("refuses %s", (_, text, message) => {
    expect(() => parseXml(text, "x")).toThrow(message);
  });

  it("reads character references, CDATA, comments and both quotes", () => {
    const { attributes, text, children } = parseXml(
      '<?xml version="1.0"?><!-- <r> --><r a=\'&lt;&#65;&#x42;\' b="\'"><![CDATA[<&>]]><c/></r>',
      "x",
    );
    expect([attributes.get("a"), attributes.get("b"), text, children[0]!.name]).toEqual([
      "<AB",
      "'",
      "<&>",
      "c",
    ]);
  });

  it("never hangs or throws anything but a refusal, whatever it is given", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("<", ">", "/", "a", '"', "=", " ", "&", "!", "-", "robot") }),
        (text) => {
          try {
            parseUrdf(text, "x");
          } catch (error) {
            expect((error as Error).name).toBe("InputError");
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("the arm in a description", () => {
  const urdf = parseUrdf(ARM, "arm.urdf");

  it("is the longest chain of joints that move on their own, its gripper what follows by mimic", () => {
    expect(pickArm(urdf)).toMatchObject({
      base: "base",
      tip: "tool",
      joints: ["j1", "j2", "j3"],
      gripper: { kind: "parallel", driver: "f1", joints: ["f1", "f2"] },
    });
  });

  it("is what it is told to be", () => {
    expect(pickArm(urdf, { base: "a", tip: "c", gripper: "none" })).toMatchObject({
      base: "a",
      tip: "c",
      joints: ["j2", "j3"],
      gripper: null,
    });
    expect(() => pickArm(urdf, { tip: "nose" })).toThrow(/tip must be one of its links, got "nose"/);
    expect(() => pickArm(urdf, { gripper: "f2" })).toThrow(/gripper must be a joint of its own/);
  });

  it("ends with a jaw whose name says so, or with two fingers on one link", () => {
    const jaw = ARM.replace(/<joint name="f2".*?<\/joint>/s, joint("f2", "fixed", "c", "right")).replace(
      /<joint name="f1".*?<\/joint>/s,
      joint("gripper", "revolute", "c", "left", LIMIT),
    );
    expect(pickArm(parseUrdf(jaw, "jaw.urdf"))?.gripper).toMatchObject({ kind: "jaw", driver: "gripper" });
    const fingers = ARM.replace(/<mimic.*?\/>/, "");
    expect(pickArm(parseUrdf(fingers, "two.urdf"))?.gripper).toMatchObject({
      kind: "parallel",
      joints: ["f1", "f2"],
    });
  });

  it("is not made of wheels", () => {
    const wheels = parseUrdf(
      robot(
        link("b"),
        link("l", INERTIAL),
        link("r", INERTIAL),
        joint("wl", "continuous", "b", "l"),
        joint("wr", "continuous", "b", "r"),
      ),
      "base.urdf",
    );
    expect(pickArm(wheels)).toBeNull();
    expect(pickWheels(wheels)).toEqual(["wl", "wr"]);
  });
});

describe("what a simulation lacks", () => {
  const missing = (text: string, told = {}) => {
    const urdf = parseUrdf(text, "arm.urdf");
    return missingForSimulation(urdf, pickArm(urdf, told), new Map());
  };

  it("is nothing where the arm has limits, masses and two fingers", () => {
    expect(missing(ARM)).toEqual([]);
  });

  it.each([
    [
      "a finger that cannot move",
      ARM.replaceAll('upper="0.04"', 'upper="0"'),
      {},
      /gripper joint f1: limits/,
    ],
    [
      "a gripper within the arm",
      ARM,
      { gripper: "j2" },
      /joint j2: a servo of its own, as it lies within the arm/,
    ],
    [
      "a gripper elsewhere than at the end of the arm",
      ARM,
      { base: "a", gripper: "j1" },
      /gripper joint j1: a place on left, where the arm ends/,
    ],
    [
      "one finger that slides alone",
      ARM.replace(/<mimic.*?\/>/, ""),
      { gripper: "f1" },
      /gripper f1: only two sliding/,
    ],
    [
      "a third finger",
      ARM.replace(
        "</robot>",
        `${link("third", INERTIAL)}${joint("f3", "prismatic", "c", "third", `${LIMIT}<mimic joint="f1"/>`)}</robot>`,
      ),
      {},
      /gripper f1: only two sliding/,
    ],
    [
      "an arm's joint that follows another",
      ARM.replace(
        '<axis xyz="0 1 0"/><limit lower="-1"',
        '<mimic joint="j3"/><axis xyz="0 1 0"/><limit lower="-1"',
      ),
      {},
      /joint j2: a servo of its own/,
    ],
  ])("names %s", (_, text, told, message) => {
    expect(missing(text, told).join("; ")).toMatch(message);
  });
});

describe("a mesh", () => {
  const CORNERS: readonly (readonly [number, number, number])[] = [
    [0, 0, 0],
    [1, 0, 0],
    [0, 2, 0],
    [0, 0, 3],
  ];
  const FACES = [
    [0, 2, 1],
    [0, 1, 3],
    [1, 2, 3],
    [2, 0, 3],
  ];
  const soup = FACES.flatMap((face) => face.flatMap((corner) => [...CORNERS[corner]!]));
  const bytes = (text: string) => new TextEncoder().encode(text);
  const text = `solid t\n${FACES.map((face) => `facet normal 0 0 0\nouter loop\n${face.map((c) => `vertex ${CORNERS[c]!.join(" ")}`).join("\n")}\nendloop\nendfacet`).join("\n")}\nendsolid t\n`;
  const binary = (() => {
    const out = new Uint8Array(84 + 50 * FACES.length);
    out.set(bytes("solid but binary"));
    const view = new DataView(out.buffer);
    view.setUint32(80, FACES.length, true);
    soup.forEach((value, i) => {
      view.setFloat32(84 + 50 * Math.floor(i / 9) + 12 + 4 * (i % 9), value, true);
    });
    return out;
  })();
  const obj = `# t\n${CORNERS.map((c) => `v ${c.join(" ")}`).join("\n")}\nvn 0 0 1\nf 1//1 3//1 2//1\nf 1 2 -1\nf 2/1 3/1 4/1\nf 3 1 4\n`;

  it("in STL, binary and text, has the triangles that three.js reads", () => {
    for (const file of [binary, bytes(text)]) {
      const mine = readMesh(file, "t.STL");
      const theirs = new STLLoader().parse(file.buffer as ArrayBuffer).getAttribute("position");
      expect([...mine.positions]).toEqual([...theirs.array]);
      expect(mine.high).toEqual([1, 2, 3]);
    }
  });

  it("in OBJ has the triangles that three.js reads, polygons as fans", () => {
    const square = "v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nf 1 2 3 4\n";
    for (const file of [obj, square]) {
      const group = new OBJLoader().parse(file);
      const child = group.children[0] as unknown as {
        geometry: { getAttribute(name: string): { array: Float32Array } };
      };
      expect([...readMesh(bytes(file), "t.obj").positions]).toEqual([
        ...child.geometry.getAttribute("position").array,
      ]);
    }
  });

  it("in COLLADA stands where its nodes put it, in metres and z up", () => {
    const dae = `<COLLADA><asset><unit meter="0.001"/><up_axis>Y_UP</up_axis></asset>
      <library_geometries><geometry id="g"><mesh>
        <source id="p"><float_array id="pa" count="12">${CORNERS.flat().join(" ")}</float_array></source>
        <vertices id="v"><input semantic="POSITION" source="#p"/></vertices>
        <triangles count="1"><input semantic="VERTEX" source="#v" offset="0"/><input semantic="NORMAL" source="#n" offset="1"/>
          <p>0 0 1 0 3 0</p></triangles>
        <polylist count="1"><input semantic="VERTEX" source="#v" offset="0"/><vcount>4</vcount><p>0 1 2 3</p></polylist>
      </mesh></geometry></library_geometries>
      <library_visual_scenes><visual_scene id="s"><node><translate>10 0 0</translate><scale>2 2 2</scale>
        <instance_geometry url="#g"/></node></visual_scene></library_visual_scenes>
      <scene><instance_visual_scene url="#s"/></scene></COLLADA>`;
    const { positions } = readMesh(bytes(dae), "t.dae");
    expect(positions.length).toBe(9 * 3);
    // the corner (0, 0, 3) of the file: scaled to 6, moved by 10, y up to z up, millimetres
    const corner = [...positions.slice(6, 9)].map((value) => Math.round(1e6 * value) / 1e6);
    expect(corner).toEqual([0.01, -0.006, 0]);
  });

  it.each([
    ["of an unknown kind", "t.ply", bytes("ply"), /must be one of stl, obj, dae, got "ply"/],
    [
      "shorter than it says",
      "t.stl",
      binary.subarray(0, 150),
      /an STL of 4 triangles must have 284 bytes, got 150/,
    ],
    [
      "that counts to four thousand million",
      "t.stl",
      Uint8Array.of(...new Uint8Array(80), 255, 255, 255, 255),
      /must have 214748364834 bytes, got 84/,
    ],
    [
      "with a corner that is not there",
      "t.obj",
      bytes("v 0 0 0\nf 1 2 3"),
      /t.obj:2: a corner must be a vertex from 1 to 1, got "2"/,
    ],
    [
      "whose polygons go back and forth",
      "t.dae",
      bytes(`<COLLADA><library_geometries><geometry id="g"><mesh>
        <source id="p"><float_array id="pa" count="12">${CORNERS.flat().join(" ")}</float_array></source>
        <vertices id="v"><input semantic="POSITION" source="#p"/></vertices>
        <polylist><input semantic="VERTEX" source="#v" offset="0"/><vcount>4 -4 4</vcount><p>0 1 2 3</p></polylist>
      </mesh></geometry></library_geometries></COLLADA>`),
      /vcount must divide 4 corners, got -4/,
    ],
    ["without a triangle", "t.obj", bytes("v 0 0 0"), /must have a triangle/],
    ["with a hole in its numbers", "t.obj", bytes("v 0 0 x\nv 0 0 0\nv 1 0 0\nf 1 2 3"), /finite numbers/],
  ])("%s is refused", (_, file, content, message) => {
    expect(() => readMesh(content, file)).toThrow(message);
  });
});
