#include "lammps_data_file.hpp"

#include <algorithm>
#include <cctype>
#include <functional>
#include <set>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/interruption.hpp"

#include "text_words.hpp"

namespace rfhgn::io::lammps {

namespace {

constexpr int most_types = 1000;

/// A line without its comment, and the comment.
struct Content {
    std::vector<std::string_view> words;
    std::string_view comment;

    explicit Content(std::string_view text) {
        const auto mark = text.find('#');
        words = words_of(text.substr(0, mark));
        if (mark != std::string_view::npos) comment = text.substr(mark + 1);
    }
    [[nodiscard]] bool is_section() const {
        return !words.empty() && std::isalpha(static_cast<unsigned char>(words.front().front())) != 0;
    }
    [[nodiscard]] std::string ended_by() const {
        std::string text;
        for (const auto word : words)
            if (std::isalpha(static_cast<unsigned char>(word.front())) != 0)
                text += (text.empty() ? "" : " ") + std::string(word);
        return text;
    }
};

/// Where columns of a style are in a line of Atoms.
struct Style {
    std::size_t type, position;

    [[nodiscard]] std::size_t words() const { return position + 3; }
};

const std::map<std::string, Style, std::less<>>& styles() {
    static const std::map<std::string, Style, std::less<>> known{{"atomic", {1, 2}},    {"charge", {1, 3}},
                                                                 {"bond", {2, 3}},      {"angle", {2, 3}},
                                                                 {"molecular", {2, 3}}, {"full", {2, 4}}};
    return known;
}

/// Goes through sections; `use` gets each line of them.
class DataReader {
  public:
    using Use = std::function<void(const Line&, const std::string& section, const Content&)>;

    explicit DataReader(const InputFile& file) : lines_(file) {}

    std::string title() { return lines_.next() ? std::string(lines_.line().text) : std::string(); }
    // Before the first section its name is empty; a section's own line comes first.
    void each_line(const Use& use) {
        std::string section;
        GlobalIndex count = 0;
        while (lines_.next()) {
            if (++count % 65536 == 0) parallel::interruption_point();
            const Content content(lines_.line().text);
            if (content.words.empty()) continue;
            if (content.is_section()) section = content.ended_by();
            use(lines_.line(), section, content);
        }
    }

  private:
    TextLines lines_;
};

// "units = metal" in a title that write_data wrote.
std::string units_in(const std::string& title) {
    const auto at = title.find("units");
    if (at == std::string::npos) return {};
    Words words(std::string_view(title).substr(at + 5));
    if (words.next() != "=") return {};
    auto name = words.next();
    while (!name.empty() && (name.back() == ',' || name.back() == ';')) name.remove_suffix(1);
    return std::string(name);
}

/// Makes a DataFile of the lines before sections, of Masses and of labels.
class HeaderReader {
  public:
    explicit HeaderReader(const InputFile& file) : path_(file.path()), reader_(file) {}

    DataFile read() {
        data_.title = reader_.title();
        data_.units = units_in(data_.title);
        reader_.each_line([&](const Line& line, const std::string& section, const Content& content) {
            if (section.empty())
                declaration(line, content);
            else if (content.is_section())
                begin(line, section, content);
            else if (section == "Masses")
                mass(line, content);
            else if (section == "Atom Type Labels")
                label(line, content);
            else if (section == "Atoms" && data_.style.empty())
                guess_style(line, content.words.size());
        });
        require(data_.atoms > 0 && data_.types > 0 && seen_.contains("Atoms"),
                Advice{"check how it was made"},
                "'{}' is no LAMMPS data file with atoms: it says neither how many nor where", path_);
        make_box();
        return std::move(data_);
    }

  private:
    void declaration(const Line& line, const Content& content) {
        const auto name = content.ended_by();
        const auto& w = content.words;
        const auto real = [&](std::size_t k) {
            return real_in(line, k < w.size() ? w[k] : std::string_view(), "bound or component of the box");
        };
        last_ = line.number;
        if (name == "atoms") data_.atoms = number_in<GlobalIndex>(line, w[0], "number of atoms");
        if (name == "atom types") set_types(line, number_in<int>(line, w[0], "number of types"));
        for (std::size_t k = 0; k < 3; ++k) {
            if (name == std::array{"xlo xhi", "ylo yhi", "zlo zhi"}[k]) {
                bounds_.ends[k] = {real(0), real(1)};
                ++sides_;
            }
            if (name == std::array{"avec", "bvec", "cvec"}[k]) {
                vectors_[k] = {real(0), real(1), real(2)};
                general_ = true;
            }
        }
        if (name == "xy xz yz")
            std::tie(bounds_.xy, bounds_.xz, bounds_.yz) = std::tuple(real(0), real(1), real(2));
        if (name == "abc origin") data_.origin = {real(0), real(1), real(2)};
    }
    void set_types(const Line& line, int types) {
        if (types < 1 || types > most_types)
            refuse(line, fmt::format("{} atom types; 1 to {} are read", types, most_types));
        data_.types = types;
        data_.labels.resize(static_cast<std::size_t>(types));
        data_.masses.resize(static_cast<std::size_t>(types));
    }
    void begin(const Line& line, const std::string& section, const Content& content) {
        if (!seen_.insert(section).second)
            refuse(line, fmt::format("section {} stands twice", shown(section)));
        const auto style = words_of(content.comment);
        if (section == "Atoms" && !style.empty()) data_.style = style.front();
        if (section == "Atoms" && !style.empty() && !styles().contains(data_.style))
            refuse(line,
                   fmt::format("atom style {}; atomic, charge, bond, angle, molecular and full are read",
                               shown(style.front())),
                   "write the file with another atom_style");
        static const std::set<std::string> read{"Atoms", "Masses", "Velocities", "Atom Type Labels"};
        if (!read.contains(section)) data_.ignored.push_back(section);
    }
    void guess_style(const Line& line, std::size_t words) {
        if (words == 5 || words == 8)
            data_.style = "atomic";
        else if (words == 7 || words == 10)
            data_.style = "full";
        else
            refuse(line, fmt::format("section Atoms has {} columns, but does not say its style", words),
                   "write it beside the word: Atoms # charge, Atoms # molecular");
    }
    void mass(const Line& line, const Content& content) {
        if (content.words.size() != 2)
            refuse(line, "section Masses: lines of a type and a mass are expected");
        const auto type = static_cast<std::size_t>(data_.type_of(line, content.words[0]));
        data_.masses[type] = real_in(line, content.words[1], "mass", true);
        const auto beside = words_of(content.comment);
        if (data_.labels[type].empty() && beside.size() == 1) comments_[type] = beside.front();
    }
    void label(const Line& line, const Content& content) {
        if (content.words.size() != 2)
            refuse(line, "section Atom Type Labels: lines of a type and a label are expected");
        data_.labels[static_cast<std::size_t>(data_.type_of(line, content.words[0]))] = content.words[1];
    }
    void make_box() {
        const Line line{path_, last_, {}};
        if (!general_ && sides_ != 3)
            refuse(line, "the box has not got three sides: xlo xhi, ylo yhi, zlo zhi");
        constexpr std::array all{true, true, true};
        data_.box = general_ ? box_of(line, vectors_, all) : box_of(line, bounds_, all);
        for (std::size_t k = 0; k < 3 && !general_; ++k) data_.origin[k] = bounds_.ends[k][0];
        // Comments count as names where each mass has one.
        if (comments_.size() == data_.labels.size())
            for (const auto& [type, name] : comments_) data_.labels[type] = name;
    }

    std::string path_;
    DataReader reader_;
    DataFile data_;
    Bounds bounds_;
    std::array<graph::Vector3, 3> vectors_{};
    bool general_ = false;
    int sides_ = 0;
    std::int64_t last_ = 1;
    std::set<std::string> seen_;
    std::map<std::size_t, std::string> comments_;
};

/// Lines of Atoms and Velocities.
class AtomReader {
  public:
    AtomReader(const InputFile& file, const DataFile& header)
        : file_(file), header_(header), style_(styles().find(header.style)->second) {}

    std::vector<DataAtom> read() {
        DataReader reader(file_);
        reader.title();
        reader.each_line([&](const Line& line, const std::string& section, const Content& content) {
            if (content.is_section()) return;
            if (section == "Atoms") atom(line, content.words);
            if (section == "Velocities") velocity(line, content.words);
        });
        require(static_cast<GlobalIndex>(atoms_.size()) == header_.atoms,
                Advice{"it may be incomplete; copy it again"},
                "'{}' has {} lines of atoms, but says {} atoms", file_.path(), atoms_.size(), header_.atoms);
        sort();
        give_velocities();
        return std::move(atoms_);
    }

  private:
    void atom(const Line& line, const std::vector<std::string_view>& words) {
        const bool images = words.size() == style_.words() + 3;
        if (!images && words.size() != style_.words())
            refuse(line, fmt::format("an atom with {} columns; style {} has {}, or {} with images",
                                     words.size(), header_.style, style_.words(), style_.words() + 3));
        DataAtom atom{number_in<GlobalIndex>(line, words[0], "number of an atom"),
                      header_.type_of(line, words[style_.type])};
        for (std::size_t k = 0; k < 3; ++k)
            atom.position[k] =
                real_in(line, words[style_.position + k], "component of a position") - header_.origin[k];
        std::array<int, 3> image{};
        for (std::size_t k = 0; k < 3 && images; ++k)
            image[k] = number_in<int>(line, words[style_.words() + k], "image flag");
        atom.position = displaced(atom.position, header_.box, image);
        atoms_.push_back(atom);
    }
    void velocity(const Line& line, const std::vector<std::string_view>& words) {
        if (words.size() != 4)
            refuse(line, "section Velocities: lines of a number and three components are expected");
        velocities_.push_back({number_in<GlobalIndex>(line, words[0], "number of an atom")});
        for (std::size_t k = 0; k < 3; ++k)
            velocities_.back().velocity[k] = real_in(line, words[k + 1], "component of a velocity");
    }
    void sort() {
        for (auto* list : {&atoms_, &velocities_}) {
            std::ranges::sort(*list, {}, &DataAtom::id);
            const auto twice = std::ranges::adjacent_find(*list, {}, &DataAtom::id);
            require(twice == list->end(), Advice{"number each atom once"}, "'{}': atom {} stands twice",
                    file_.path(), twice == list->end() ? 0 : twice->id);
        }
    }
    void give_velocities() {
        if (velocities_.empty()) return;
        const bool same = std::ranges::equal(atoms_, velocities_, {}, &DataAtom::id, &DataAtom::id);
        require(same, Advice{"give each atom one line"}, "'{}' has velocities of other atoms than there are",
                file_.path());
        for (std::size_t i = 0; i < atoms_.size(); ++i) atoms_[i].velocity = velocities_[i].velocity;
    }

    const InputFile& file_;
    const DataFile& header_;
    Style style_;
    std::vector<DataAtom> atoms_, velocities_;
};

}  // namespace

int DataFile::type_of(const Line& line, std::string_view word) const {
    int type = 0;
    const auto label = std::ranges::find(labels, word);
    if (!parse(word, type) && label != labels.end()) type = static_cast<int>(label - labels.begin()) + 1;
    if (type < 1 || type > types)
        refuse(line, fmt::format("'{}' is no atom type; there are {}", shown(word), types));
    return type - 1;
}

potential::SpeciesNames DataFile::names() const {
    const bool all = std::ranges::none_of(labels, [](const auto& label) { return label.empty(); });
    return all && potential::distinct(labels) ? labels : potential::SpeciesNames{};
}

DataFile read_data_header(const InputFile& file) {
    return HeaderReader(file).read();
}

std::vector<DataAtom> read_data_atoms(const InputFile& file, const DataFile& header) {
    return AtomReader(file, header).read();
}

}  // namespace rfhgn::io::lammps
