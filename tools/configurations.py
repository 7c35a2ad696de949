"""Configurations of particles in a box, read and written as H5MD, rfhgn data sets, LAMMPS data files and extended XYZ.

    from configurations import read, write
    frames = read("trajectory.h5md")          a list of Configuration
    write("start.data", frames[-1:])

Units are those of rfhgn: lj, or metal with momenta in eV ps/Angstrom and masses in eV ps^2/Angstrom^2; files of others
have masses in g/mol, which is converted on the way. A cell may have any vectors; LAMMPS wants (lx, 0, 0), (xy, ly, 0),
(xz, yz, lz), so that configurations are turned for it.
"""
from dataclasses import dataclass

import h5py
import numpy as np
import species_names
from output_files import new_file

GRAM_PER_MOLE = 1e-3 / 6.02214076e23 / (1.602176634e-19 * 1e-24 / 1e-20)  # in eV ps^2/Angstrom^2
MOST_SPECIES = 1000  # a number beyond is a damaged file


class FileError(Exception):
    """What is wrong with a file, for its user."""


@dataclass
class Configuration:
    position: np.ndarray  # [particles, 3]
    momentum: np.ndarray  # [particles, 3]
    mass: np.ndarray  # [particles]
    species: np.ndarray  # [particles], from 0
    cell: np.ndarray  # [3, 3], vectors as rows
    periodic: tuple  # of 3 booleans
    origin: np.ndarray = None  # [3]; None: 0
    force: np.ndarray = None  # [particles, 3]
    energy: float = np.nan  # potential and kinetic; NaN: not known
    virial: np.ndarray = None  # [6]: xx yy zz xy xz yz, as data sets have it; None: not known
    units: str = "lj"
    time: float = 0.0
    names: list = None  # of species by number; None: not known

    def kinetic_energy(self):
        return float((self.momentum ** 2 / self.mass[:, None]).sum()) / 2

    def volume(self):
        return float(np.linalg.det(self.cell))

    def mass_unit(self):
        return GRAM_PER_MOLE if self.units == "metal" else 1.0


def suffix_of(path):
    name = str(path).lower()
    for suffix, kind in ((".h5md", "h5md"), (".h5", "h5"), (".data", "lammps"), (".lmp", "lammps"),
                         (".extxyz", "extxyz"), (".xyz", "extxyz")):
        if name.endswith(suffix):
            return kind
    raise FileError(f"'{path}': the name must end in .h5md, .h5, .data, .lmp, .extxyz or .xyz")


def read(path, units=None, symbols=None):
    """All configurations of a file. `units` counts where the file names none; species are numbered as `symbols` are,
    which name them where the file does not."""
    kind = suffix_of(path)
    try:
        if kind == "h5md":
            frames = read_h5md(path, units)
        elif kind == "h5":
            frames = read_data_set(path, units)
        elif kind == "lammps":
            frames = [read_lammps(path, units or "lj")]
        else:
            from extended_xyz import read_extxyz
            frames = read_extxyz(path, units)
        check(frames)
        if symbols:
            species_names.number_as(frames, symbols)
    except (OSError, KeyError, ValueError, IndexError, TypeError, OverflowError) as error:
        raise FileError(f"cannot read '{path}' as {kind}: {error}") from error
    return frames


def check(frames):
    """A ValueError that says what no configuration can have."""
    if not frames:
        raise ValueError("it holds no configuration")
    for number, frame in enumerate(frames):
        where = f"configuration {number}: "
        if frame.units not in ("lj", "metal"):
            raise ValueError(f"{where}the units are '{frame.units}'; lj and metal are known")
        count = len(frame.position)
        shapes = {"positions": (frame.position, (count, 3)), "momenta": (frame.momentum, (count, 3)),
                  "masses": (frame.mass, (count,)), "species": (frame.species, (count,)), "cell": (frame.cell, (3, 3)),
                  "forces": (frame.force, (count, 3)), "origin": (frame.origin, (3,))}
        if frame.virial is not None:
            shapes["virial"] = (frame.virial, (6,))
        for name, (values, shape) in shapes.items():
            if values is None:
                continue
            if np.shape(values) != shape:
                raise ValueError(f"{where}{name} of shape {np.shape(values)} for {count} particles")
            if not np.isfinite(values).all():
                raise ValueError(f"{where}{name} that are not finite")
        if count == 0:
            raise ValueError(f"{where}no particles")
        if frame.volume() == 0:
            raise ValueError(f"{where}there is no box (in extended XYZ: no Lattice), or one without volume")
        if frame.names is not None and not all(s < len(frame.names) and frame.names[s] for s in set(frame.species.tolist())):
            raise ValueError(f"{where}species without a name; names: {', '.join(frame.names)}")
        if not (frame.mass > 0).all():
            raise ValueError(f"{where}masses that are not positive")
        if frame.species.min() < 0 or frame.species.max() >= MOST_SPECIES:
            raise ValueError(f"{where}species {frame.species.min()} to {frame.species.max()}; they are numbered from 0,"
                             f" {MOST_SPECIES} at most")
        if not np.isfinite(frame.time):
            raise ValueError(f"{where}a time that is not finite")


def write(path, frames, overwrite=False):
    """Raises output_files.Exists where the file is there already, unless it is to be overwritten."""
    kind = suffix_of(path)
    if kind == "h5md":
        raise FileError("H5MD files are written by rfhgn only; choose .h5, .data or .extxyz")
    if kind == "lammps" and len(frames) != 1:
        raise FileError(f"a LAMMPS data file holds one configuration, not {len(frames)}; choose one with --frame")
    from extended_xyz import write_extxyz
    writers = {"h5": write_data_set, "lammps": lambda p, f: write_lammps(p, f[0]), "extxyz": write_extxyz}
    try:
        with new_file(path, overwrite) as aside:
            writers[kind](aside, frames)
    except ValueError as error:
        raise FileError(f"cannot write '{path}': {error}") from error


def _text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def read_h5md(path, units):
    with h5py.File(path, "r") as file:
        group = file["particles/trajectory"]
        box = group["box"]
        if "edges" not in box:
            raise FileError(f"'{path}' has no box")
        units = units or _text(file["parameters"].attrs["units"] if "parameters" in file
                               and "units" in file["parameters"].attrs else "lj")
        periodic = tuple(_text(word) == "periodic" for word in box.attrs["boundary"])
        count = len(group["position/value"])
        edges = box["edges/value"] if "value" in box["edges"] else [box["edges"][...]] * count
        force = group["force/value"] if "force" in group else None
        return [Configuration(group["position/value"][f], group["momentum/value"][f], group["mass"][...],
                              group["species"][...], np.asarray(edges[f]), periodic,
                              force=None if force is None else force[f], units=units,
                              time=float(group["position/time"][f]), names=species_names.stored(group["species"].attrs))
                for f in range(count)]


def read_data_set(path, units):
    from rfhgn_read import load_data_set
    data = load_data_set(path)
    if data.box is None or data.dimension != 3:
        raise FileError(f"'{path}' holds no boxes in three dimensions")
    with h5py.File(path, "r") as file:
        units = units or _text(file.attrs.get("units", "lj"))
        names = species_names.stored(file["particles/species"].attrs) if "particles/species" in file else None
    frames = []
    for s, (begin, end) in enumerate(zip(data.node_offset[:-1], data.node_offset[1:])):
        force = None if data.force is None else data.force[begin:end]
        virial = None if data.virial is None or np.isnan(data.virial[s]).any() else data.virial[s]
        frames.append(Configuration(data.position[begin:end], data.momentum[begin:end], data.mass[begin:end],
                                    data.species[begin:end], data.box[s],
                                    tuple(word == "periodic" for word in data.boundary), force=force,
                                    energy=float(data.energy[s]), virial=virial,
                                    units={"reduced": "lj"}.get(units, units), time=float(data.time[s]), names=names))
    return frames


def write_data_set(path, frames):
    from write_data_set import Snapshot
    from write_data_set import fill
    forces = all(frame.force is not None for frame in frames)
    snapshots = [Snapshot(position=f.position - (0 if f.origin is None else f.origin), momentum=f.momentum,
                          force=f.force if forces else None, energy=f.energy, virial=f.virial, mass=f.mass, species=f.species, box=f.cell,
                          boundary=tuple("periodic" if p else "open" for p in f.periodic), time=f.time,
                          trajectory=0) for f in frames]
    fill(path, snapshots, frames[0].units, species_names.common(frames))


def read_lammps(path, units):
    """A data file of atom_style atomic (or one whose Atoms line says another style with x y z last but images)."""
    header, sections, current, comments = {}, {}, None, {}
    with open(path) as file:
        next(file, None)
        for line in file:
            words, _, comment = line.partition("#")
            words = words.split()
            if not words:
                continue
            if words[0] in ("Masses", "Atoms", "Velocities") or (words[0][0].isupper() and words[0].isalpha()):
                current = sections.setdefault(" ".join(words), [])
                if words == ["Atoms"] and comment.strip() not in ("", "atomic"):
                    raise ValueError(f"atom style {comment.strip()}; only atomic is read")
            elif current is None:
                names = [word for word in words if word[0].isalpha()]
                header[" ".join(names)] = [float(word) for word in words if not word[0].isalpha()]
            else:
                current.append([float(word) for word in words])
                if current is sections.get("Masses"):
                    comments[int(words[0]) - 1] = comment.strip()

    def table(name, widths):
        rows = sections.get(name, [])
        if not rows or {len(row) for row in rows} - set(widths) or len({len(row) for row in rows}) > 1:
            raise ValueError(f"section {name}: lines of {' or '.join(map(str, widths))} numbers are expected")
        rows = np.array(rows)
        if len(set(rows[:, 0])) < len(rows):
            raise ValueError(f"section {name}: a number stands twice in the first column")
        return rows[np.argsort(rows[:, 0])]

    (xlo, xhi), (ylo, yhi), (zlo, zhi) = header["xlo xhi"], header["ylo yhi"], header["zlo zhi"]
    xy, xz, yz = header.get("xy xz yz", (0.0, 0.0, 0.0))
    cell = np.array([[xhi - xlo, 0, 0], [xy, yhi - ylo, 0], [xz, yz, zhi - zlo]])
    atoms = table("Atoms", (5, 8))
    species = atoms[:, 1].astype(int) - 1
    position = atoms[:, 2:5] + (atoms[:, 5:8] @ cell if atoms.shape[1] >= 8 else 0)
    announced = header.get("atoms") or [0.0]
    if len(atoms) != announced[0]:
        raise ValueError(f"{len(atoms)} lines of atoms, but {announced[0]:g} announced")
    unit = GRAM_PER_MOLE if units == "metal" else 1.0
    masses = {int(row[0]): row[1] * unit for row in table("Masses", (2,))}
    if missing := set(species.tolist()) - {kind - 1 for kind in masses}:
        raise ValueError(f"no mass of type {min(missing) + 1}")
    mass = np.array([masses[s + 1] for s in species])
    velocity = np.zeros_like(position)
    if "Velocities" in sections:
        rows = table("Velocities", (4,))
        if not np.array_equal(rows[:, 0], atoms[:, 0]):
            raise ValueError("velocities of other atoms than there are")
        velocity = rows[:, 1:4]
    return Configuration(position, velocity * mass[:, None], mass, species, cell, (True, True, True),
                         origin=np.array([xlo, ylo, zlo]), units=units, names=_names_of_types(comments))


def _names_of_types(comments):
    """Where one word stands beside each mass, as OVITO and ASE write it, no two the same."""
    words = set(comments.values())
    if len(words) < len(comments) or any(len(word.split()) != 1 for word in words):
        return None
    return [comments.get(s, "") for s in range(max(comments) + 1)]


def lammps_orientation(cell):
    """The rotation R [3, 3] for which rows of cell @ R are lower triangular with a positive diagonal."""
    q, r = np.linalg.qr(cell.T)
    signs = np.sign(np.diag(r))
    rotation = q * signs
    if np.linalg.det(rotation) < 0:
        raise FileError("the cell vectors are left-handed")
    return rotation


def write_lammps(path, frame):
    rotation = lammps_orientation(frame.cell)
    cell = np.tril(frame.cell @ rotation)
    origin = np.zeros(3) if frame.origin is None else frame.origin @ rotation
    position, velocity = frame.position @ rotation, frame.momentum / frame.mass[:, None] @ rotation
    masses = {}
    for s, m in zip(frame.species, frame.mass):
        if abs(masses.setdefault(int(s), m) - m) > 1e-12 * m:
            raise FileError("particles of one species have different masses, which LAMMPS types cannot have")
    with open(path, "w") as file:
        file.write("LAMMPS data file of rfhgn\n\n")
        file.write(f"{len(position)} atoms\n{max(masses) + 1} atom types\n\n")
        for k, axis in enumerate("xyz"):
            file.write(f"{origin[k]:.17g} {origin[k] + cell[k, k]:.17g} {axis}lo {axis}hi\n")
        if np.any(np.abs(cell[np.tril_indices(3, -1)]) > 0):
            file.write(f"{cell[1, 0]:.17g} {cell[2, 0]:.17g} {cell[2, 1]:.17g} xy xz yz\n")
        file.write("\nMasses\n\n")
        for s in range(max(masses) + 1):
            comment = f"  # {frame.names[s]}" if frame.names and frame.names[s] else ""
            file.write(f"{s + 1} {masses.get(s, frame.mass[0]) / frame.mass_unit():.17g}{comment}\n")
        file.write("\nAtoms # atomic\n\n")
        for i, (s, q) in enumerate(zip(frame.species, position)):
            file.write(f"{i + 1} {s + 1} {q[0]:.17g} {q[1]:.17g} {q[2]:.17g}\n")
        file.write("\nVelocities\n\n")
        for i, v in enumerate(velocity):
            file.write(f"{i + 1} {v[0]:.17g} {v[1]:.17g} {v[2]:.17g}\n")
