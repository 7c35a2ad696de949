"""Extended XYZ files of configurations (configurations.py), which ASE reads and writes."""
import numpy as np
import species_names
from configurations import GRAM_PER_MOLE, Configuration, FileError

VOIGT = [0, 1, 2, 5, 4, 3]  # xx yy zz xy xz yz of data sets from ASE's xx yy zz yz xz xy, and back


def _ase():
    try:
        import ase
        import ase.io
        import ase.units
    except ImportError as error:
        raise FileError("extended XYZ needs ASE: install the package python3-ase") from error
    return ase


def _ase_momentum(units):
    """A unit of momentum in ASE's."""
    # eV ps^2/A^2 A/ps = (1 / GRAM_PER_MOLE) u A / (1000 fs)
    return 1.0 / (GRAM_PER_MOLE * 1e3 * _ase().units.fs) if units == "metal" else 1.0


def read_extxyz(path, units):
    ase = _ase()
    try:
        all_atoms = ase.io.read(path, index=":", format="extxyz")
    except Exception as error:  # ASE's parser lets through whatever it stumbles over
        raise FileError(f"ASE cannot read '{path}' as extended XYZ: {type(error).__name__}: {error}") from error
    names = list(dict.fromkeys(name for atoms in all_atoms for name in atoms.get_chemical_symbols()))
    frames = []
    for atoms in all_atoms:
        unit = units or atoms.info.get("units", "metal")
        if "species_index" in atoms.arrays:
            species = atoms.arrays["species_index"].astype(int)
        else:
            species = np.array([names.index(name) for name in atoms.get_chemical_symbols()], dtype=int)
        scale = GRAM_PER_MOLE if unit == "metal" else 1.0
        force = None if atoms.calc is None else atoms.calc.results.get("forces")
        energy, stress = (None if atoms.calc is None else atoms.calc.results.get(name) for name in ("energy", "stress"))
        momentum = atoms.get_momenta() if atoms.has("momenta") else np.zeros((len(atoms), 3))
        frame = Configuration(atoms.get_positions(), momentum / _ase_momentum(unit),
                              atoms.get_masses() * scale, species, atoms.cell.array, tuple(atoms.pbc),
                              force=force, units=unit, time=float(atoms.info.get("time", 0.0)))
        frame.names = names
        if energy is not None:
            frame.energy = float(energy) + frame.kinetic_energy()
        if stress is not None:
            frame.virial = -frame.volume() * _voigt(np.asarray(stress, float))[VOIGT]
        frames.append(frame)
    if any("species_index" in atoms.arrays for atoms in all_atoms):
        _name_numbers(all_atoms, frames)
    return frames


def _name_numbers(all_atoms, frames):
    """Of species that an extended XYZ file numbers, unless its symbols are stand-ins."""
    named = all(atoms.info.get("species_named", True) for atoms in all_atoms)
    names = species_names.of_numbers(np.concatenate([frame.species for frame in frames]),
                                     [name for atoms in all_atoms for name in atoms.get_chemical_symbols()])
    for frame in frames:
        frame.names = names if named else None


def _voigt(stress):
    """xx yy zz yz xz xy of a tensor in whichever form ASE has it."""
    return stress if stress.shape == (6,) else stress.reshape(3, 3)[(0, 1, 2, 1, 0, 0), (0, 1, 2, 2, 2, 1)]


def write_extxyz(path, frames):
    """Momenta and masses in ASE's units (metal) or as they are (lj); ASE writes eight decimals."""
    ase = _ase()
    from ase.calculators.singlepoint import SinglePointCalculator
    all_atoms = []
    for frame in frames:
        names, named = species_names.chemical(frame, ase.data.chemical_symbols)
        origin = 0 if frame.origin is None else frame.origin
        atoms = ase.Atoms([names[s] for s in frame.species], positions=frame.position - origin, cell=frame.cell,
                          pbc=frame.periodic, masses=frame.mass / frame.mass_unit(),
                          momenta=frame.momentum * _ase_momentum(frame.units))
        atoms.arrays["species_index"] = frame.species.astype(int)
        atoms.info.update(units=frame.units, time=frame.time)
        if not named:
            atoms.info["species_named"] = False
        results = {} if frame.force is None else {"forces": frame.force}
        if np.isfinite(frame.energy):
            results["energy"] = frame.energy - frame.kinetic_energy()
        if frame.virial is not None:
            results["stress"] = -np.asarray(frame.virial)[VOIGT] / frame.volume()
        if results:
            atoms.calc = SinglePointCalculator(atoms, **results)
        all_atoms.append(atoms)
    columns = ["symbols", "positions", "momenta", "masses", "species_index"]
    ase.io.write(path, all_atoms, format="extxyz", columns=columns)
