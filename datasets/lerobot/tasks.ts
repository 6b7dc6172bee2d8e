/**
 * `meta/tasks.parquet`: the sentences of a set. LeRobot takes a sentence from the pandas index, so the file's
 * footer must say that `task` is the index; row i must have task_index i. Foreign files may name the index
 * `__index_level_0__`, in any order.
 */
import { refuse } from "../../core/index.js";
import { TASKS } from "./info.js";
import { indexOf, type ParquetFile, readColumns } from "./parquet-read.js";
import { encodeTable } from "./parquet-write.js";

/** Sentences by task_index. */
export type Tasks = readonly string[];

const column = (name: string, pandas: string, numpy: string) => ({
  name,
  field_name: name,
  pandas_type: pandas,
  numpy_type: numpy,
  metadata: null,
});

/** How pandas finds the index: its own key-value entry of the footer. */
const PANDAS = JSON.stringify({
  index_columns: ["task"],
  column_indexes: [
    {
      name: null,
      field_name: null,
      pandas_type: "unicode",
      numpy_type: "object",
      metadata: { encoding: "UTF-8" },
    },
  ],
  columns: [column("task_index", "int64", "int64"), column("task", "unicode", "object")],
  creator: { library: "pyarrow", version: "21.0.0" },
  pandas_version: "2.2.3",
});

export const encodeTasks = (tasks: Tasks): Uint8Array =>
  encodeTable(
    [
      { name: "task_index", type: "int64", list: false },
      { name: "task", type: "string", list: false },
    ],
    [BigInt64Array.from(tasks, (_, i) => BigInt(i)), tasks],
    { pandas: PANDAS },
  );

const MOST_TASKS = 1_000_000;

/** Sentences by task_index, whatever the order of the rows. */
export async function readTasks(file: ParquetFile): Promise<Tasks> {
  if (file.rows > MOST_TASKS) refuse(TASKS, `must have at most ${MOST_TASKS} rows`, file.rows);
  const name = ["task", "__index_level_0__"].find((each) => file.columns.includes(each));
  if (name === undefined) return refuse(TASKS, "must have a column task", file.columns);
  const { task_index: indices = [], [name]: texts = [] } = await readColumns(file, ["task_index", name]);
  const tasks = new Array<string>(file.rows);
  for (let row = 0; row < file.rows; row++) {
    const index = indexOf(`${TASKS}.task_index`, indices[row]);
    const text = texts[row];
    if (index >= file.rows || tasks[index] !== undefined)
      refuse(TASKS, "task_index must count 0, 1, 2 …", index);
    tasks[index] = typeof text === "string" ? text : refuse(TASKS, "task must be a text", text);
  }
  return tasks;
}
