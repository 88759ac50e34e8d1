"""What a service says it has (GetCapabilities of WMS, WMTS and WFS): layers with their titles, and how each is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from xml.parsers import expat

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from insek.engines.text import shortened

from .addresses import checked_address, wfs_pattern, wms_pattern, wmts_pattern
from .reading import ServiceRefused

MOST_LAYERS = 500
DEEPEST = 60
MOST_NODES = 200_000
WEB_MERCATOR = ("3857", "900913", "102100")
WHOLE_WORLD = 559_082_264.0
"""Scale of the tile that shows the whole world: where a set begins with it, its numbers are those of our zooms."""
PICTURES = ("image/png", "image/png; mode=8bit", "image/jpeg", "image/webp")


@dataclass
class XmlNode:
    """An element: its name without a prefix, its attributes without prefixes, its own text."""

    name: str
    attributes: dict[str, str]
    text: str = ""
    children: list[XmlNode] = field(default_factory=list)

    def all(self, *path: str) -> Iterator[XmlNode]:
        """The elements at the end of a path of names."""
        for child in self.children:
            if child.name == path[0]:
                if len(path) == 1:
                    yield child
                else:
                    yield from child.all(*path[1:])

    def said(self, *path: str) -> str:
        """The text of the first of them, empty where there is none."""
        return " ".join(next((node.text for node in self.all(*path)), "").split())


@dataclass(frozen=True)
class ProposedLayer:
    """A layer of a service that can be shown."""

    name: str
    title: str
    pattern: str


@dataclass(frozen=True)
class ServiceSaid:
    """What was read of a service."""

    title: str = ""
    attribution: str = ""
    licence: str = ""
    layers: tuple[ProposedLayer, ...] = ()
    left_out: int = 0
    """Layers that cannot be drawn here: not in Web Mercator, or not as GeoJSON."""


def read_tree(content: bytes) -> XmlNode:
    """The elements of a document. Entities of its own are refused, nothing is fetched. Raises ServiceRefused."""
    top = XmlNode("", {})
    open_nodes = [top]
    count = 0

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if count > MOST_NODES or len(open_nodes) > DEEPEST:
            raise ServiceRefused(_("Die Antwort des Dienstes ist zu umfangreich."))
        plain = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        node = XmlNode(name.rpartition(":")[2], plain)
        open_nodes[-1].children.append(node)
        open_nodes.append(node)

    def refuse(*_declared: object) -> None:
        raise ServiceRefused(
            _("Die Antwort des Dienstes enthält Anweisungen, die hier nicht befolgt werden.")
        )

    def words(text: str) -> None:
        node = open_nodes[-1]
        if len(node.text) < 2_000:
            node.text += text

    parser = expat.ParserCreate()
    parser.StartElementHandler = begin
    parser.EndElementHandler = lambda _name: open_nodes.pop()
    parser.CharacterDataHandler = words
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(content, True)
    except expat.ExpatError:
        raise ServiceRefused(_("Der Dienst sagt nicht, was er hat: Seine Antwort ist kein XML.")) from None
    return top.children[0]


def said_by(content: bytes, sort: str, address: str) -> ServiceSaid:
    """What a service of this sort says of itself. Raises ServiceRefused."""
    root = read_tree(content)
    readers = {
        "wms": (("WMS_Capabilities", "WMT_MS_Capabilities"), _wms),
        "wmts": (("Capabilities",), _wmts),
        "wfs": (("WFS_Capabilities",), _wfs),
    }
    names, read = readers[sort]
    if root.name not in names:
        raise ServiceRefused(
            _("Unter dieser Adresse antwortet kein %(sort)s, sondern „%(name)s“.")
            % {"sort": sort.upper(), "name": shortened(root.name, 40)}
        )
    return read(root, address)


def _made(
    title: str, attribution: str, licence: str, layers: list[ProposedLayer], left_out: int
) -> ServiceSaid:
    none = {"none", "keine", "no conditions apply", "-"}
    return ServiceSaid(
        shortened(title, 100), shortened(attribution, 300), "" if licence.lower() in none else shortened(licence, 200),
        tuple(layers[:MOST_LAYERS]), left_out + max(0, len(layers) - MOST_LAYERS),
    )  # fmt: skip


def _wms(root: XmlNode, address: str) -> ServiceSaid:
    formats = [node.text.strip() for node in root.all("Capability", "Request", "GetMap", "Format")]
    image = next((one for one in PICTURES if one in formats), "image/png")
    layers: list[ProposedLayer] = []
    left_out = 0
    attribution = ""

    def walk(node: XmlNode, systems: set[str]) -> None:
        nonlocal left_out, attribution
        systems = systems | {one.text.strip() for sort in ("CRS", "SRS") for one in node.all(sort)}
        attribution = attribution or node.said("Attribution", "Title")
        name = node.said("Name")
        if name and any(end in one for one in systems for end in WEB_MERCATOR):
            layers.append(ProposedLayer(name, node.said("Title") or name, wms_pattern(address, name, image)))
        elif name:
            left_out += 1
        for child in node.all("Layer"):
            walk(child, systems)

    for node in root.all("Capability", "Layer"):
        walk(node, set())
    who = attribution or root.said(
        "Service", "ContactInformation", "ContactPersonPrimary", "ContactOrganization"
    )
    return _made(
        root.said("Service", "Title"), who, root.said("Service", "AccessConstraints"), layers, left_out
    )


def _wmts(root: XmlNode, address: str) -> ServiceSaid:
    sets = {
        node.said("Identifier"): matrix
        for node in root.all("Contents", "TileMatrixSet")
        if any(end in node.said("SupportedCRS") for end in WEB_MERCATOR) and (matrix := _matrix(node))
    }
    layers, left_out = [], 0
    for node in root.all("Contents", "Layer"):
        pattern = _wmts_pattern(node, sets, address)
        name = node.said("Identifier")
        if pattern and name:
            layers.append(ProposedLayer(name, node.said("Title") or name, pattern))
        else:
            left_out += 1
    about = "ServiceIdentification"
    return _made(
        root.said(about, "Title"), root.said("ServiceProvider", "ProviderName"), root.said(about, "AccessConstraints"),
        layers, left_out,
    )  # fmt: skip


def _matrix(tiles: XmlNode) -> str:
    """How the levels of a set are called, with {z} for their number; empty where their numbers are not our zooms."""
    for node in tiles.all("TileMatrix"):
        name = node.said("Identifier")
        try:
            is_world = abs(float(node.said("ScaleDenominator")) / WHOLE_WORLD - 1) < 0.01
        except ValueError:
            return ""
        if is_world and name.endswith("0") and not name.endswith("00"):
            return f"{name[:-1]}{{z}}"
    return ""


def _wmts_pattern(node: XmlNode, sets: dict[str, str], address: str) -> str:
    linked = [one.said("TileMatrixSet") for one in node.all("TileMatrixSetLink")]
    chosen = next((name for name in linked if name in sets), "")
    if not chosen:
        return ""
    styles = list(node.all("Style"))
    style = next(
        (one for one in styles if one.attributes.get("isDefault") == "true"), styles[0] if styles else None
    )
    style_name = (style.said("Identifier") if style else "") or "default"
    formats = [one.text.strip() for one in node.all("Format")]
    image = next((one for one in PICTURES if one in formats), "")
    patterns = {
        one.attributes.get("format", ""): one.attributes.get("template", "")
        for one in node.all("ResourceURL")
        if one.attributes.get("resourceType") == "tile"
    }
    if image in patterns:
        words = {
            "{TileMatrix}": sets[chosen], "{TileRow}": "{y}", "{TileCol}": "{x}", "{TileMatrixSet}": chosen,
            "{Style}": style_name, "{style}": style_name, "{Layer}": node.said("Identifier"),
        }  # fmt: skip
        pattern = patterns[image]
        for name, value in words.items():
            pattern = pattern.replace(name, value)
        return pattern if is_pattern(pattern) else ""
    return (
        wmts_pattern(
            address,
            node.said("Identifier"),
            style=style_name,
            matrix_set=chosen,
            matrix=sets[chosen],
            image=image,
        )
        if image
        else ""
    )


def is_pattern(pattern: str) -> bool:
    """Whether a pattern names a tile, and nothing else is left for a browser to fill in."""
    if "{" in urlsplit(pattern).netloc:
        return False
    bare = pattern
    for name in ("{z}", "{x}", "{y}"):
        if bare.count(name) != 1:
            return False
        bare = bare.replace(name, "1")
    try:
        checked_address(bare)
    except ValidationError:
        return False
    return "{" not in bare and "}" not in bare


def _wfs(root: XmlNode, address: str) -> ServiceSaid:
    forms = [
        value.text.strip()
        for operation in root.all("OperationsMetadata", "Operation")
        if operation.attributes.get("name") == "GetFeature"
        for parameter in operation.all("Parameter")
        if parameter.attributes.get("name", "").lower() == "outputformat"
        for path in (("AllowedValues", "Value"), ("Value",))
        for value in parameter.all(*path)
    ]
    form = next((one for one in forms if "json" in one.lower()), "")
    kinds = [node for node in root.all("FeatureTypeList", "FeatureType") if node.said("Name")]
    layers = [
        ProposedLayer(name := node.said("Name"), node.said("Title") or name, wfs_pattern(address, name, form))
        for node in kinds
        if form
    ]
    about = "ServiceIdentification"
    return _made(
        root.said(about, "Title"), root.said("ServiceProvider", "ProviderName"), root.said(about, "AccessConstraints"),
        layers, 0 if form else len(kinds),
    )  # fmt: skip
