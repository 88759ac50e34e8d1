/* A map on paper: a canvas drawn by the graphics card prints empty, so its picture is taken as printing begins. */
export function onPaper(map, stage) {
  const picture = Object.assign(document.createElement("canvas"), { className: "map-paper print-only" });
  picture.setAttribute("aria-hidden", "true");
  const take = () => {
    map.redraw();
    const drawn = map.getCanvas();
    Object.assign(picture, { width: drawn.width, height: drawn.height });
    const pen = picture.getContext("2d");
    pen.drawImage(drawn, 0, 0);
    if (document.documentElement.classList.contains("is-dark")) turnLight(pen, drawn);
    stage.append(picture);
  };
  // theme.js says so before it makes the page light, which a map follows too late
  document.addEventListener("insek:paper", take);
  addEventListener("afterprint", () => picture.remove());
}

/* Dark becomes light; the hues stay, as legends name them. */
function turnLight(pen, drawn) {
  pen.globalCompositeOperation = "difference";
  pen.fillStyle = "#ffffff";
  pen.fillRect(0, 0, drawn.width, drawn.height);
  pen.globalCompositeOperation = "color";
  pen.drawImage(drawn, 0, 0);
}
