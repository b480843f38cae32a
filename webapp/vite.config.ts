// One configuration for building, developing and testing, so that the three never drift apart.
import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import type { UserConfig } from "vite";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const server = process.env.LATHE_URL ?? "http://127.0.0.1:4000";

/** By name, after the one that makes the first account of a new server: all others make it by themselves when they come first. */
class ByName extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) =>
      moduleId.endsWith("/new-server.test.ts") ? "" : moduleId;
    return files.toSorted((one, other) => place(one).localeCompare(place(other)));
  }
}

const app: UserConfig = {
  plugins: [react(), tailwindcss()],
  resolve: {
    alias: {
      "@": fileURLToPath(new URL("./src", import.meta.url)),
      "@examples": fileURLToPath(new URL("../examples", import.meta.url)),
    },
  },
  server: {
    port: 3000,
    // What the guide makes of the examples is read from them.
    fs: { allow: [".", "../examples"] },
    proxy: {
      "/api": { target: server, ws: true },
      "/healthz": { target: server },
    },
  },
  build: {
    target: "es2022",
    // A strict content security policy forbids data: fonts and scripts, so nothing is inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // The server shows the second page at /api/docs.
      input: ["index.html", "api-docs.html"],
      output: {
        codeSplitting: {
          groups: [
            // Named first, so that React does not lie with the canvas, which is loaded later.
            { name: "react", test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/, priority: 2 },
            // What nearly every screen needs is one file, instead of eighty small ones that are asked for one after the other.
            {
              name: "vendor",
              test: /node_modules[\\/](react-router|@tanstack|openapi-fetch|i18next|react-i18next|html-parse|void-elements|lucide-react)/,
              priority: 1,
            },
            {
              name: "shared",
              test: /src[\\/](lib|api|components)[\\/](?!text-|value-|from-difference|overwritten|canvas|yaml-|languages|schema-form|.*\.json)/,
              minShareCount: 3,
            },
            {
              name: "canvas",
              test: /node_modules[\\/](@xyflow|d3-|zustand|use-sync-external-store)/,
              priority: 1,
            },
          ],
        },
      },
    },
  },
};

const REACT: Record<string, string> = {
  "react/jsx-runtime": "preact/jsx-runtime",
  "react-dom/client": "preact/compat/client",
  "react-dom": "preact/compat",
  react: "preact/compat",
};

/**
 * The admin page of generated applications: three files of fixed names, found from wherever the page is served. Every
 * application carries them, so they are drawn by Preact, which is a tenth of what React is.
 */
const admin: UserConfig = {
  ...app,
  resolve: {
    alias: [
      // What it shares with Lathe asks for texts; its own language is English.
      {
        find: /^@\/lib\/i18n$/,
        replacement: fileURLToPath(new URL("./src/admin/english.ts", import.meta.url)),
      },
      ...Object.entries(app.resolve?.alias ?? {}).map(([find, replacement]) => ({
        find,
        replacement: String(replacement),
      })),
      ...Object.entries(REACT).map(([find, replacement]) => ({ find: new RegExp(`^${find}$`), replacement })),
    ],
  },
  base: "./",
  publicDir: false,
  build: {
    target: "es2022",
    outDir: "../blueprint/template/runtime/assets",
    emptyOutDir: false,
    assetsInlineLimit: 0,
    modulePreload: false,
    cssCodeSplit: false,
    rolldownOptions: {
      input: "admin.html",
      output: {
        format: "iife",
        entryFileNames: "admin.js",
        assetFileNames: "admin.[ext]",
        codeSplitting: false,
      },
    },
  },
};

/** A real browser and a real server. Files share what a worker has: its browser, and who is logged in. */
const browser = {
  environment: "node",
  setupFiles: "e2e/setup.ts",
  // Not how long one takes, but when it is given up: beside compilers the same steps take several times as long.
  testTimeout: 120_000,
  hookTimeout: 120_000,
  // What is asserted of a page is asked again until then: the page may be about to draw it.
  expect: { poll: { timeout: 15_000 } },
  isolate: false,
  maxWorkers: 1,
} as const;

/** What measures, or reads whatever is there, would see what the tests beside it do. */
const ALONE = ["new-server", "budget", "canvas-pan", "first-run", "meta"].map(
  (name) => `e2e/${name}.test.ts`,
);

export default defineConfig(({ mode }) => ({
  ...(mode === "admin" ? admin : app),
  test: {
    sequence: { sequencer: ByName },
    projects: [
      {
        extends: true,
        test: { name: "unit", include: ["src/**/*.test.ts"], environment: "happy-dom" },
      },
      {
        extends: true,
        test: { ...browser, name: "e2e-alone", include: ALONE, sequence: { groupOrder: 1 } },
      },
      // Most of the time a test waits, for the server or for the browser.
      {
        extends: true,
        test: {
          ...browser,
          name: "e2e",
          include: ["e2e/**/*.test.ts"],
          exclude: ALONE,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: { ...browser, name: "shots", include: ["e2e/shots.ts"], sequence: { groupOrder: 3 } },
      },
      {
        extends: true,
        test: { ...browser, name: "bench", include: ["e2e/bench.ts"], sequence: { groupOrder: 4 } },
      },
    ],
  },
}));
