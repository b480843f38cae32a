// The graph made small, with the part of it that is in view. Pressing beside that part, and dragging, moves the view. Nodes are
// one path, drawn when they change, and what is not in view lies under areas that are moved: to move the view paints nothing here.
import { Panel, useReactFlow, useStoreApi } from "@xyflow/react";
import { type PointerEvent, useEffect, useLayoutEffect, useMemo, useRef } from "react";
import { t } from "@/lib/i18n";
import { glide } from "./glide";
import { type Box, type Fitted, fitMap, frameOf, isWithin, placeOn, shadesOf } from "./minimap-fit";

export const MAP = { width: 150, height: 100 };
/** While nodes are dragged they are drawn here only so often. */
const REDRAW_MS = 120;
const ZOOM_OF_WHEEL = 0.002;

export function Minimap() {
  const store = useStoreApi();
  const flow = useReactFlow();
  const map = useRef<HTMLDivElement>(null);
  const path = useRef<SVGPathElement>(null);
  const drawn = useRef<Fitted>(fitMap([], MAP));

  useLayoutEffect(() => {
    const shades = [...(map.current?.querySelectorAll<HTMLElement>("div") ?? [])].map(glide);
    let fitted = fitMap([], MAP);
    let [nodes, view, wait]: [unknown, unknown, ReturnType<typeof setTimeout> | undefined] = [
      null,
      null,
      undefined,
    ];
    const drawNodes = () => {
      wait = undefined;
      const boxes: Box[] = [];
      for (const { internals, measured } of store.getState().nodeLookup.values())
        boxes.push({
          ...internals.positionAbsolute,
          width: measured.width ?? 0,
          height: measured.height ?? 0,
        });
      fitted = fitMap(boxes, MAP);
      drawn.current = fitted;
      path.current?.setAttribute("d", fitted.path);
      moveFrame();
    };
    const moveFrame = () => {
      const { transform, width, height } = store.getState();
      const at = frameOf(fitted, transform, { width, height }, MAP);
      for (const [index, area] of shadesOf(at, MAP).entries()) shades[index]?.to(area);
    };
    const look = () => {
      const state = store.getState();
      if (state.nodes !== nodes) {
        const isFirst = nodes === null;
        nodes = state.nodes;
        if (isFirst) drawNodes();
        else wait ??= setTimeout(drawNodes, REDRAW_MS);
      }
      if (state.transform !== view) {
        view = state.transform;
        moveFrame();
      }
    };
    look();
    const unsubscribe = store.subscribe(look);
    return () => {
      clearTimeout(wait);
      unsubscribe();
      for (const shade of shades) shade.end();
    };
  }, [store]);

  const drag = useMemo(
    () => ({
      onPointerDown: (event: PointerEvent<HTMLElement>) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        const corner = event.currentTarget.getBoundingClientRect();
        const at = { x: event.clientX - corner.x, y: event.clientY - corner.y };
        const { transform, width, height } = store.getState();
        if (isWithin(frameOf(drawn.current, transform, { width, height }, MAP), at)) return;
        const place = placeOn(drawn.current, at);
        void flow.setCenter(place.x, place.y, { zoom: transform[2] });
      },
      onPointerMove: (event: PointerEvent<HTMLElement>) => {
        if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
        const { x, y, zoom } = flow.getViewport();
        const by = zoom / drawn.current.scale;
        void flow.setViewport({ x: x - event.movementX * by, y: y - event.movementY * by, zoom });
      },
    }),
    [flow, store],
  );
  useEffect(() => {
    // React listens passively, and the page behind must not scroll.
    const turn = (event: WheelEvent) => {
      event.preventDefault();
      void flow.zoomTo(flow.getZoom() * 2 ** (-event.deltaY * ZOOM_OF_WHEEL));
    };
    const element = map.current;
    element?.addEventListener("wheel", turn, { passive: false });
    return () => element?.removeEventListener("wheel", turn);
  }, [flow]);

  return (
    <Panel position="bottom-right">
      <div ref={map} role="img" aria-label={t("Minimap")} className="lathe-minimap" style={MAP} {...drag}>
        <svg aria-hidden="true" width={MAP.width} height={MAP.height}>
          <path ref={path} />
        </svg>
        <div />
        <div />
        <div />
        <div />
      </div>
    </Panel>
  );
}
