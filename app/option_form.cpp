// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/option_form.h"

#include <QButtonGroup>
#include <QCheckBox>
#include <QComboBox>
#include <QCoreApplication>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <cctype>

#include "app/label.h"
#include "base/error.h"
#include "views/theme.h"

namespace qs {
namespace {

constexpr int kMostSegments = 3;        // a choice of more values becomes a drop-down list
constexpr int kSegmentCharacters = 18;  // of all its words together
constexpr int kNameWidth = 112;         // pixels of a line of a name

/// Titles, help, groups and choices come from the engine in English; options_de.ts translates them.
QString word(const std::string& source) { return QCoreApplication::translate("Options", source.c_str()); }
/// A choice may have another word in one field than in the others: "full" of a method.
QString choiceWord(const OptionField& field, const std::string& choice) {
    return QCoreApplication::translate("Options", choice.c_str(), field.name.c_str());
}

/// Words in lines no wider than `room`; a word alone may be wider.
QString brokenText(const QString& words, const QFontMetrics& metrics, int room) {
    QString lines, line;
    for (const QString& word : words.split(' ')) {
        const QString longer = line.isEmpty() ? word : line + ' ' + word;
        if (!line.isEmpty() && metrics.horizontalAdvance(longer) > room) lines += line + '\n', line = word;
        else line = longer;
    }
    return lines + line;
}

/// The message of a refusal without the "--name: " in front, which the form shows as the label.
QString reasonOf(const Error& error) {
    const QString message = QString::fromStdString(error.what());
    const auto colon = message.indexOf(": ");
    return message.startsWith("--") && colon > 0 ? message.mid(colon + 2) : message;
}

}  // namespace

OptionForm::OptionForm(OptionList list, Layout layout, QWidget* parent)
    : QWidget(parent), m_list(std::move(list)), m_layout(std::move(layout)) {
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(10);
    grid->setVerticalSpacing(5);
    grid->setColumnMinimumWidth(0, 92);
    grid->setColumnStretch(1, 1);
    for (const OptionField& field : m_list.fields()) {
        if (m_layout.hidden.contains(QString::fromStdString(field.name))) continue;
        if (!m_groups.count(field.group)) addGroup(*grid, field.group);
        addRow(*grid, field);
    }
    grid->setRowStretch(grid->rowCount(), 1);
    updateVisibility();
}

QString OptionForm::titleOf(const OptionField& field) const {
    if (const auto own = m_layout.titles.find(QString::fromStdString(field.name)); own != m_layout.titles.end()) return *own;
    std::string title = field.name;
    std::replace(title.begin(), title.end(), '-', ' ');
    title[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(title[0])));
    return word(title);
}

void OptionForm::addGroup(QGridLayout& grid, const std::string& title) {
    QLabel* heading = label("group", word(title), this);
    heading->setContentsMargins(0, 8, 0, 2);
    grid.addWidget(heading, grid.rowCount(), 0, 1, 2);
    m_groups[title] = heading;
}

void OptionForm::addRow(QGridLayout& grid, const OptionField& field) {
    Row row;
    row.field = &field;
    QLabel* name = label("label", {}, this);
    name->ensurePolished();  // the style sheet decides the font
    name->setText(brokenText(titleOf(field), name->fontMetrics(), kNameWidth));
    row.label = name;
    row.box = new QWidget(this);
    auto* column = new QVBoxLayout(row.box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    makeEditor(row, field);
    row.refusal = label("refusal", {}, row.box);
    row.refusal->setWordWrap(true);
    row.refusal->hide();
    column->addWidget(row.refusal);
    const QString help = word(field.help);
    for (QWidget* widget : {row.label, row.editor}) widget->setToolTip("<p>" + help.toHtmlEscaped() + "</p>");
    row.editor->setAccessibleName(titleOf(field));
    row.editor->setAccessibleDescription(help);
    name->setBuddy(row.editor);
    const int at = grid.rowCount();
    grid.addWidget(row.label, at, 0, Qt::AlignTop);
    row.label->setContentsMargins(0, 5, 0, 0);
    grid.addWidget(row.box, at, 1);
    m_rows[field.name] = row;
}

void OptionForm::makeEditor(Row& row, const OptionField& field) {
    if (const auto values = m_layout.choices.find(QString::fromStdString(field.name)); values != m_layout.choices.end())
        return makeList(row, field, *values);
    switch (field.kind) {
        case OptionKind::Flag: {
            auto* box = new QCheckBox(row.box);
            box->setChecked(field.get() == "true");
            connect(box, &QCheckBox::toggled, this, [this, n = field.name](bool on) { apply(n, on ? "true" : "false"); });
            row.show = [box](const std::string& value) { box->setChecked(value == "true"); };
            row.editor = box;
            row.box->layout()->addWidget(box);
            box->setMinimumHeight(26);
            return;
        }
        case OptionKind::Choice: return makeChoice(row, field);
        case OptionKind::Integer:
        case OptionKind::Real:
        case OptionKind::Text:
        case OptionKind::IntegerList:
        case OptionKind::TextList: return makeLine(row, field);
    }
}

void OptionForm::makeList(Row& row, const OptionField& field, const QStringList& values) {
    auto* box = new QComboBox(row.box);
    for (const QString& value : values) box->addItem(choiceWord(field, value.toStdString()), value);
    box->setCurrentIndex(box->findData(QString::fromStdString(field.get())));
    connect(box, &QComboBox::currentIndexChanged, this,
            [this, box, n = field.name](int at) { apply(n, box->itemData(at).toString().toStdString()); });
    row.show = [box](const std::string& value) { box->setCurrentIndex(box->findData(QString::fromStdString(value))); };
    row.editor = box;
    row.box->layout()->addWidget(box);
}

void OptionForm::makeChoice(Row& row, const OptionField& field) {
    std::size_t characters = 0;
    for (const std::string& choice : field.choices) characters += static_cast<std::size_t>(choiceWord(field, choice).size());
    if (field.choices.size() > kMostSegments || characters > kSegmentCharacters) {
        QStringList values;
        for (const std::string& choice : field.choices) values << QString::fromStdString(choice);
        return makeList(row, field, values);
    }
    auto* segments = new QWidget(row.box);
    auto* line = new QHBoxLayout(segments);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(3);
    auto* group = new QButtonGroup(segments);
    for (const std::string& choice : field.choices) {
        auto* button = new QPushButton(choiceWord(field, choice), segments);
        button->setProperty("value", QString::fromStdString(choice));
        button->setProperty("look", "segment");
        button->setCheckable(true);
        button->setChecked(choice == field.get());
        button->setAccessibleName(titleOf(field) + ": " + button->text());
        group->addButton(button);
        line->addWidget(button, 1);
        connect(button, &QPushButton::toggled, this, [this, n = field.name, choice](bool on) {
            if (on) apply(n, choice);
        });
    }
    row.show = [group](const std::string& value) {
        for (QAbstractButton* button : group->buttons())
            if (button->property("value").toString().toStdString() == value) button->setChecked(true);
    };
    segments->setFocusProxy(group->buttons().first());
    row.editor = segments;
    row.box->layout()->addWidget(segments);
}

void OptionForm::makeLine(Row& row, const OptionField& field) {
    auto* line = new QHBoxLayout;
    line->setSpacing(6);
    const QString name = QString::fromStdString(field.name);
    const bool isFile = m_layout.files.contains(name), isFolder = m_layout.folders.contains(name), path = isFile || isFolder;
    auto* edit = new QLineEdit(QString::fromStdString(field.get()), row.box);
    line->addWidget(edit, 1);
    connect(edit, &QLineEdit::textChanged, this, [this, n = field.name](const QString& text) { apply(n, text.trimmed().toStdString()); });
    row.show = [edit, path](const std::string& value) {
        if (edit->text().toStdString() != value) edit->setText(QString::fromStdString(value));
        edit->setCursorPosition(path ? edit->text().size() : 0);  // the end of a path says more than its beginning
    };
    if (!field.unit.empty() && field.kind != OptionKind::IntegerList) line->addWidget(label("label", word(field.unit), row.box));
    if (isFile) {
        const FileChoice choice = name == "model" || name.endsWith("folder") ? FileChoice::Folder
                                  : field.kind == OptionKind::TextList       ? FileChoice::OpenMany
                                  : name == "out"                            ? FileChoice::Save
                                                                             : FileChoice::Open;
        addChooser(*line, edit, field, choice);
    }
    if (isFolder) addChooser(*line, edit, field, FileChoice::Folder);
    row.editor = edit;
    static_cast<QVBoxLayout*>(row.box->layout())->addLayout(line);
}

/// A button that puts the chosen path into `edit`; of two, the one for files shows a page.
void OptionForm::addChooser(QHBoxLayout& line, QLineEdit* edit, const OptionField& field, FileChoice choice) {
    const bool page = choice != FileChoice::Folder && m_layout.folders.contains(QString::fromStdString(field.name));
    auto* choose = new QToolButton(edit->parentWidget());
    choose->setIcon(icon(page ? "text" : "folder"));
    choose->setProperty("icon-name", page ? "text" : "folder");
    choose->setAccessibleName(tr("Choose: %1").arg(titleOf(field)));
    choose->setToolTip(page ? tr("Choose a file…") : tr("Choose…"));
    line.addWidget(choose);
    const bool several = field.kind == OptionKind::TextList;
    connect(choose, &QToolButton::clicked, this, [this, edit, choice, several, title = titleOf(field)] {
        chooseFile(this, choice, title, {}, [edit, several](const QStringList& files) {
            std::vector<std::string> paths;
            for (const QString& file : files) paths.push_back(file.toStdString());
            edit->setText(several ? QString::fromStdString(joinTexts(paths)) : files.first());
        });
    });
}

void OptionForm::apply(const std::string& name, const std::string& value) {
    const auto found = m_rows.find(name);
    if (found == m_rows.end()) return;
    Row& row = found->second;
    QString reason;
    try {
        row.field->set(value);
    } catch (const Error& error) {
        reason = reasonOf(error);
    }
    row.refusal->setText(reason);
    row.refusal->setVisible(!reason.isEmpty());
    row.editor->setProperty("refused", !reason.isEmpty());
    row.editor->style()->unpolish(row.editor);
    row.editor->style()->polish(row.editor);
    row.editor->setAccessibleDescription(reason.isEmpty() ? word(row.field->help) : reason);
    if (reason.isEmpty()) emit edited(QString::fromStdString(name));
    emit changed();
}

bool OptionForm::valid() const {
    return std::all_of(m_rows.begin(), m_rows.end(), [this](const auto& entry) {
        return entry.second.refusal->text().isEmpty() || m_idle.contains(QString::fromStdString(entry.first));
    });
}

void OptionForm::showAll(bool all) {
    m_all = all;
    updateVisibility();
}

void OptionForm::setEssential(const QStringList& names) {
    m_layout.essential = names;
    updateVisibility();
}

void OptionForm::setIdle(const QStringList& names) {
    if (names == m_idle) return;
    m_idle = names;
    updateVisibility();
}

void OptionForm::updateVisibility() {
    std::map<std::string, bool> any;
    for (auto& [name, row] : m_rows) {
        const QString own = QString::fromStdString(name);
        const bool shown = (m_all || m_layout.essential.contains(own)) && !m_idle.contains(own);
        row.label->setVisible(shown);
        row.box->setVisible(shown);
        any[row.field->group] = any[row.field->group] || shown;
    }
    for (auto& [title, heading] : m_groups) heading->setVisible(any[title] && !title.empty());
}

void OptionForm::setValue(const std::string& name, const std::string& value) {
    const auto found = m_rows.find(name);
    if (found == m_rows.end()) return m_list.set(name, value);
    found->second.show(value);
    apply(name, value);
}

void OptionForm::refresh() {
    for (auto& [name, row] : m_rows) row.show(row.field->get());
}

QWidget* OptionForm::editorOf(const std::string& name) const {
    const auto found = m_rows.find(name);
    return found == m_rows.end() ? nullptr : found->second.editor;
}

QString OptionForm::refusalOf(const std::string& name) const {
    const auto found = m_rows.find(name);
    return found == m_rows.end() ? QString() : found->second.refusal->text();
}

}  // namespace qs
