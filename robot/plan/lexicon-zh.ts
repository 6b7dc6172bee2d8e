/** Chinese words of the domain, simplified characters. Spellings are separated by `|`; see `lexeme.ts`. */
import type { Colour, ObjectClass } from "../../core/index.js";
import { type Lexicon, lexicon } from "./lexeme.js";
import type { Side } from "./meaning.js";

/** The closed lexicon of Chinese. */
export const CHINESE: Lexicon = lexicon((word) => {
  const colours: readonly (readonly [Colour, string])[] = [
    ["red", "红|红色"],
    ["green", "绿|绿色"],
    ["blue", "蓝|蓝色"],
    ["yellow", "黄|黄色"],
    ["orange", "橙|橙色|橘色|橘黄色"],
    ["purple", "紫|紫色"],
    ["white", "白|白色"],
    ["black", "黑|黑色"],
  ];
  for (const [colour, spellings] of colours) word("colour", spellings, colour);

  const noun = (spellings: string, ...classes: ObjectClass[]) =>
    word("noun", spellings, { classes, plural: null });
  noun("方块|积木|立方体|木块|方块儿|正方体|块", "cube");
  noun("筐|篮子|容器|托盘|桶|收纳箱|筐子", "bin");
  // A box may be a thing to grasp or a thing to fill: both readings, the scene decides.
  noun("箱子|盒子|盒|箱", "bin");
  noun("箱子|盒子|盒|箱", "cube");
  noun("架子|货架|书架|搁架|置物架", "shelf");
  noun("门|门口|大门|房门", "door");
  noun("桌子|书桌|办公桌|工作台|桌", "desk");
  noun("平台", "platform");
  noun("地方|地点", "shelf", "door", "desk", "platform");
  noun("障碍物|柱子|障碍", "obstacle");
  word("noun", "东西|物体|物品", { classes: null, plural: null });
  word("table", "桌子|桌面|台面|桌", null);

  const side = (which: Side, spellings: string, most: string) => {
    word("side", spellings, which);
    word("most", most, { kind: "side", side: which });
  };
  side("left", "左边|左侧|左面|左|左手边|左方", "最左|最左边|最左侧|最左面");
  side("right", "右边|右侧|右面|右|右手边|右方", "最右|最右边|最右侧|最右面");
  side("middle", "中间|中央|正中间", "最中间");
  // 前 may be the side towards the robot or the side it faces: both readings, the scene decides.
  side("near", "前面|前边|前方|后面|后边|后方", "最前面|最前边|最后面|最后边");
  side("far", "后面|后边|后方|前面|前边|前方", "最后面|最后边|最前面|最前边");
  word("most", "最近|最靠近|较近|近", { kind: "nearest", to: null });
  word("most", "最远|较远|远", { kind: "farthest", to: null });
  word("most", "最大|大|较大", { kind: "biggest" });
  word("most", "最小|小|较小", { kind: "smallest" });

  ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"].forEach((name, index) => {
    word("number", `${name}|${index + 1}`, index + 1);
  });
  word("number", "两", 2);
  word("both", "俩|两者", null);
  word("measureWord", "个|块|只|件", null);
  word("a", "任意|随便|某", null);
  word("this", "这|那|该|这个|那个", null);
  word("all", "所有|全部|每|各|一切|这些|那些", null);
  word("other", "另|另外|另一|另外一", null);
  word("others", "其他|其它|其余|剩下|剩余|别的|剩下的", null);
  word("same", "同一|同样|相同", null);
  word("it", "它|其|这个|那个", null);
  word("them", "它们|这些|那些|它俩", null);
  word("there", "那里|那儿|这里|那边", null);
  word("me", "我", null);
  word("robot", "你|机器人|机械臂|自己|小车", null);

  word("de", "的", null);
  word("in", "里|里面|里边|里头|内|中|当中", null);
  word("onTop", "上|上面|上边|上头", null);
  word("under", "下面|下边|底下", null);
  word("nextTo", "旁边|边上|附近|旁", null);
  word("inFront", "前面|前边|前方|面前", null);
  word("behind", "后面|后边|后方|背后", null);
  word("between", "之间", null);
  word("at", "在", null);
  word("containing", "装着|装有|放着|放有|里面有|里有", null);
  word("whereIs", "所在", null);
  word("to", "到|进|入|至|往|进到|到了", null);
  word("away", "离|距离|距", null);
  word("except", "除了|除", null);
  word("outside", "以外|之外|外", null);
  word("and", "和|与|跟|以及|还有|并|并且|而且|、", null);
  word("comma", ",", null);
  word("then", "然后|再|接着|之后|最后|随后|接下来|而后|然后再|接着再|之后再|最后再|再然后|并且再", null);
  word("first", "先|首先|先是", null);
  word("dou", "都|全|全都|全部|统统", null);
  word("ba", "把|将", null);

  word("put", "放|放置|摆|搁|装|摆放|丢|塞", null);
  word("move", "移|移动|挪|搬|挪动|转移|搬运|送", null);
  word("take", "拿|去拿", null);
  word(
    "lift",
    "拿起|拿起来|举起|举起来|抬起|抬起来|提起|提起来|抓起|抓起来|抓住|捡起|捡起来|拾起|夹起|夹起来|夹住|拿住|抬高|举高|举|抬|抓|提",
    null,
  );
  word("putDown", "放下|放下来|松开|放手|放开", null);
  word("go", "开|走|驶|行驶|跑|导航|移动|前进|回|返回|开往|驶向|开向|走向|前往|赶往", null);
  word("qu", "去", null);
  word("visit", "到达|抵达", null);
  word("fetch", "拿来|拿过来|取来|取|递|拿给|递给|送给|交给|带来|取过来|带过来|给", null);
  word("thereabouts", "那里|那儿|那边|旁边|边上|跟前|面前|处|这里", null);

  word(
    "filler",
    "随便|任意|你|请|麻烦|麻烦你|帮我|请你|请帮我|你能|能|可以|能不能|可不可以|能否|可否|吗|吧|呢|啊|一下|现在|好|好的|谢谢|谢谢你|我想让你|" +
      "我要你|我想|我要|我希望你|让机器人|让它|你好|可以吗|好吗|行吗|也|了|一起|需要你|需要|想请你|帮忙|劳驾|您|赶紧",
    null,
  );
  word(
    "unsupported",
    "不要|别|不|不能|没|没有|勿|不许|不准|不得|只|仅|仅仅|只要|避免|避开|停|停止|停下",
    "negation",
  );
  word("unsupported", "慢慢|慢|小心|轻轻|轻|快|快速|迅速|缓慢|缓缓|竖直|倒", "manner");
  word(
    "unsupported",
    "如果|要是|假如|当|直到|除非|的时候|时|之前|以前|以后|因为|或|或者|还是|一旦",
    "condition",
  );
  word("unsupported", "再次|重新|重复|两次|一次|次|遍|一直|撤销", "repetition");
  word("unsupported", "厘米|毫米|米|度|公分|半", "measure");
  word("unsupported", "什么|哪里|哪个|哪儿|哪些|谁|为什么|怎么|多少|几|有没有|是不是", "question");
  word("unsupported", "同时|一齐", "together");
});
