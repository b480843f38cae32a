// For every file of browser tests: what it has left open in the browser that files share is closed after it.
import { afterAll } from "vitest";
import { closePages } from "./lathe";

afterAll(closePages);
