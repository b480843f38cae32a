// Moves an element by an animation that stands still, instead of by its style. To Chromium a style that changes is a reason to
// sort all layers of the page again, in every frame, and it takes the longer the more nodes there are; what an animation
// moves, it hands to the compositor as it is.

export interface Glide {
  to: (transform: string) => void;
  end: () => void;
}

export function glide(element: HTMLElement): Glide {
  let animation: Animation | undefined;
  return {
    to: (transform) => {
      const frames = [{ transform }, { transform }];
      const effect = animation?.effect;
      if (effect instanceof KeyframeEffect) {
        effect.setKeyframes(frames);
      } else {
        animation = element.animate(frames, { duration: 1000, fill: "both" });
        animation.pause();
      }
    },
    end: () => {
      animation?.cancel();
      animation = undefined;
    },
  };
}
