/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is what xacro is made of */
/** Xacro: what expands, and what is refused. Expected values are those of the ROS tool's documentation. */
import { describe, expect, it } from "vitest";
import {
  expandXacro,
  isXacro,
  parseXml,
  readUrdf,
  type XacroOptions,
  type XmlElement,
} from "../../core/index.js";

const HEAD = '<robot name="r" xmlns:xacro="http://www.ros.org/wiki/xacro">';
const expand = (inside: string, options: XacroOptions = {}) =>
  expandXacro(parseXml(`${HEAD}\n${inside}\n</robot>`, "r.xacro"), options);
const show = ({ name, attributes, children, text }: XmlElement): string =>
  `<${name}${[...attributes].map(([key, value]) => ` ${key}=${value}`).join("")}>${children.map(show).join("")}${text.trim()}`;
const inside = (text: string, options?: XacroOptions) => expand(text, options).children.map(show).join("");

describe("xacro", () => {
  it("is known by its name space, and leaves plain files alone", () => {
    expect(isXacro(parseXml(`${HEAD}</robot>`, "x"))).toBe(true);
    expect(isXacro(parseXml("<robot><link name='a'/></robot>", "x"))).toBe(false);
  });

  it.each([
    ["${1 + 2 * 3}", "7"],
    ["${-2 ** 2}", "-4"],
    ["${(1 + 2) * 3 / 2}", "4.5"],
    ["${7 // 2} ${-7 % 3}", "3 2"],
    ["${radians(180) == pi}", "True"],
    ["${round(cos(pi / 3), 6)}", "0.5"],
    ["${'a' + 'b'}", "ab"],
    ["${1 if 2 > 1 and not False else 0}", "1"],
    ["${[1, 2, 3][1]} ${{'k': 4}['k']}", "2 4"],
    ["a$${b} $$(c)", "a${b} $(c)"],
    ["${max(1, abs(-3))}mm", "3mm"],
  ])("evaluates %s to %s", (source, value) => {
    expect(inside(`<a v="${source}"/>`)).toBe(`<a v=${value}>`);
  });

  it("fills macros: values, defaults, forwarded ones, blocks, and names of the place they are called from", () => {
    const text = `
      <xacro:property name="width" value="0.2"/>
      <xacro:property name="size" value="\${width * 2} 1 1"/>
      <xacro:macro name="part" params="name mass:=\${width * 10} *origin **inside tag:=^|'x y'">
        <link name="\${name}" mass="\${mass}" tag="\${tag}"><xacro:insert_block name="origin"/><xacro:insert_block name="inside"/></link>
      </xacro:macro>
      <xacro:part name="a"><origin xyz="\${width} 0 0"/><c><box size="\${size}"/></c></xacro:part>
      <xacro:macro name="outer" params="tag"><xacro:part name="b" mass="1"><o/><c/></xacro:part></xacro:macro>
      <xacro:outer tag="t"/>`;
    expect(inside(text)).toBe(
      "<link name=a mass=2 tag=x y><origin xyz=0.2 0 0><box size=0.4 1 1><link name=b mass=1 tag=t><o>",
    );
  });

  it("takes arguments, conditions and files from where it is allowed", () => {
    const files: Record<string, string> = {
      "package://my_robot/urdf/b.xacro": `${HEAD}<xacro:property name="from_b" value="7"/><xacro:include filename="c.xacro"/></robot>`,
      "c.xacro": `${HEAD}<c/></robot>`,
      "package://my_robot/limits.yaml":
        "# limits\njoints:\n  j1: {upper: !degrees 180.0, names: [a, 'b c']}\n  j2:\n    - 1\n    - x: 2\n      y: 3\nroot: true\n",
    };
    const options: XacroOptions = {
      arguments: new Map([["side", "left"]]),
      include: (name) => (files[name] === undefined ? null : { file: name, name, text: files[name]! }),
    };
    const text = `
      <xacro:arg name="side" default="right"/><xacro:arg name="n" default="3"/>
      <xacro:include filename="$(find my_robot)/urdf/b.xacro"/>
      <xacro:property name="y" value="\${xacro.load_yaml('$(find my_robot)/limits.yaml')}"/>
      <xacro:if value="\${'$(arg side)' == 'left'}"><l n="$(arg n)" b="\${from_b}"/></xacro:if>
      <xacro:unless value="$(arg n)"><never/></xacro:unless>
      <y up="\${y['joints']['j1']['upper']}" two="\${y.joints.j2[1].y}" name="\${y.joints.j1.names[1]}" root="\${y['root']}"/>`;
    expect(inside(text, options)).toBe(`<c><l n=3 b=7><y up=${Math.PI} two=3 name=b c root=True>`);
  });

  it("makes a description that is read like any other, with places of the first file", () => {
    const urdf = readUrdf(
      expand(`
      <xacro:macro name="l" params="n"><link name="l\${n}"/></xacro:macro>
      <xacro:l n="0"/><xacro:l n="1"/>
      <joint name="j" type="fixed"><parent link="l0"/><child link="l1"/><origin xyz="\${1/4} 0 0"/></joint>`),
    );
    expect(urdf.model.joints[0]!.parentFromJoint.position).toEqual([0.25, 0, 0]);
  });

  it.each([
    [
      "an unknown macro",
      "<xacro:nothing/>",
      /r.xacro:2 <xacro:nothing>: must be a macro that was defined before, got "nothing"/,
    ],
    ["an unknown name", '<a v="${nope}"/>', /must name a property, an argument or a constant, got "nope"/],
    ["a missing value", '<xacro:macro name="m" params="a"/><xacro:m/>', /m must get a/],
    [
      "a value too many",
      '<xacro:macro name="m" params="a"/><xacro:m a="1" b="2"/>',
      /m must get only a, got "b"/,
    ],
    ["a missing argument", '<a v="$(arg x)"/>', /argument must be given: name:=value, got "x"/],
    ["the environment", '<a v="$(env HOME)"/>', /must be one of arg, find, dirname, got "env"/],
    ["a file that is not there", '<xacro:include filename="../x"/>', /the file must be there, got "..\/x"/],
    ["code", "<a v=\"${__import__('os')}\"/>", /a function must be one of/],
    ["a prototype's name", '<a v="${constructor}"/>', /must name a property/],
    [
      "recursion without end",
      '<xacro:macro name="m" params=""><xacro:m/></xacro:macro><xacro:m/>',
      /at most 60 deep/,
    ],
    [
      "growth without end",
      '<xacro:macro name="m" params="n"><xacro:if value="${n > 0}"><xacro:m n="${n - 1}"/><xacro:m n="${n - 1}"/></xacro:if></xacro:macro><xacro:m n="25"/>',
      /at most 20000 steps/,
    ],
    [
      "texts without end",
      `<xacro:property name="s" value="0123456789abc"/>${'<xacro:property name="s" value="${s}${s}${s}"/>'.repeat(12)}`,
      /at most 100000 characters/,
    ],
    [
      "long texts, many times over",
      `<xacro:property name="s" value="${"x".repeat(99_000)}"/>${'<a v="${s}y"/>'.repeat(400)}`,
      /must write at most 33554432 characters/,
    ],
    [
      "lists of lists of lists",
      `<xacro:property name="l" value="\${[0, 0, 0, 0]}"/>${'<xacro:property name="l" value="${[l, l, l, l, l, l, l, l, l, l]}"/>'.repeat(7)}<a v="\${l}"/>`,
      /a value: must have at most 1000000 characters/,
    ],
    [
      "a list that holds itself again and again",
      `<xacro:property name="l" value="\${[0]}"/>${'<xacro:property name="l" value="${[l]}"/>'.repeat(100)}<a v="\${l}"/>`,
      /a value: must be at most 60 deep/,
    ],
    ["brackets without end", `<a v="\${${"(".repeat(500)}1${")".repeat(500)}}"/>`, /at most 60 deep/],
  ])("refuses %s", (_, text, message) => {
    expect(() => expand(text)).toThrow(message);
  });
});
