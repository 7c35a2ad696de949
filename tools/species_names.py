"""Names of species by number: what tells whether two files mean the same by it. None: a file names none; an empty text:
no particle has the number."""
import numpy as np

STAND_INS = ["Ar", "Kr", "Xe", "Ne", "He", "Rn"]  # symbols for files that must have some, where nothing names species


def stored(attributes):
    """Of an array of numbers in HDF5."""
    if "names" not in attributes:
        return None
    return [name.decode() if isinstance(name, bytes) else str(name) for name in attributes["names"]]


def of_numbers(species, symbols):
    """Where particles have numbers and symbols, and one goes with one."""
    pairs = set(zip((int(s) for s in species), symbols))
    if len(pairs) != len({s for s, _ in pairs}) or len(pairs) != len({name for _, name in pairs}):
        return None
    names = [""] * (max(s for s, _ in pairs) + 1)
    for number, name in pairs:
        names[number] = name
    return names


def number_as(frames, symbols):
    """Species numbered as these symbols are; frames without names get them."""
    for frame in frames:
        if frame.names is None:
            if frame.species.max() >= len(symbols):
                raise ValueError(f"{frame.species.max() + 1} species, but {len(symbols)} symbols; give more with --symbols")
        else:
            met = [frame.names[s] for s in frame.species]
            if missing := set(met) - set(symbols):
                raise ValueError(f"no species has the symbol {min(missing)}; symbols: {', '.join(symbols)}")
            frame.species = np.array([symbols.index(name) for name in met], dtype=int)
        frame.names = list(symbols)


def common(frames):
    """The names that all frames have; a ValueError where numbers mean different species."""
    names = frames[0].names
    if any(frame.names != names for frame in frames):
        raise ValueError("configurations that name their species differently; number them alike with --symbols")
    return names


def chemical(frame, known):
    """Chemical symbols for every number of a frame, and whether they are its names."""
    names = frame.names
    if names is not None and all(names[s] in known for s in set(frame.species.tolist())):
        return names, True
    if frame.species.max() >= len(STAND_INS):
        raise ValueError(f"{frame.species.max() + 1} species, but {len(STAND_INS)} symbols; give more with --symbols")
    return STAND_INS, False
