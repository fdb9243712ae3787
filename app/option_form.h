// SPDX-License-Identifier: GPL-3.0-or-later
// Option fields -> form: the only field-to-widget mapping. A value that a field refuses stays visible, tinted, with the reason under it.
#pragma once

#include <QMap>
#include <QStringList>
#include <QWidget>
#include <functional>
#include <map>
#include <string>

#include "app/file_dialog.h"
#include "base/options.h"

class QGridLayout;
class QHBoxLayout;
class QLabel;
class QLineEdit;

namespace qs {

class OptionForm : public QWidget {
    Q_OBJECT
  public:
    /// `essential`: names shown at once; the others appear with showAll(true). `hidden`: never shown. `files`: text fields with a button to
    /// choose. `folders`: fields for a folder; in both, either. `choices`: values of text fields that are chosen from a list.
    /// `titles`: labels other than the name.
    struct Layout {
        QStringList essential, hidden, files, folders = {};
        QMap<QString, QStringList> choices = {};
        QMap<QString, QString> titles = {};
    };

    /// The struct behind `list` must outlive the form.
    OptionForm(OptionList list, Layout layout, QWidget* parent = nullptr);

    /// False while a shown value is refused.
    bool valid() const;
    void showAll(bool all);
    void setEssential(const QStringList& names);
    /// These change nothing beside what the others say: not shown even with showAll(true), and their values are not checked.
    void setIdle(const QStringList& names);
    /// Sets a field as if it were typed; refused values are shown as such.
    void setValue(const std::string& name, const std::string& value);
    /// Shows what the struct holds now.
    void refresh();
    const OptionList& list() const { return m_list; }
    QWidget* editorOf(const std::string& name) const;
    QString refusalOf(const std::string& name) const;

  signals:
    void changed();
    /// A person or setValue() gave this field a value that it took.
    void edited(const QString& name);

  private:
    struct Row {
        const OptionField* field = nullptr;
        QWidget *label = nullptr, *box = nullptr, *editor = nullptr;
        QLabel* refusal = nullptr;
        std::function<void(const std::string&)> show;  ///< puts a text into the editor without setting the field
    };
    void addGroup(QGridLayout& grid, const std::string& title);
    void addRow(QGridLayout& grid, const OptionField& field);
    void makeEditor(Row& row, const OptionField& field);
    void makeChoice(Row& row, const OptionField& field);
    void makeList(Row& row, const OptionField& field, const QStringList& values);
    void makeLine(Row& row, const OptionField& field);
    void addChooser(QHBoxLayout& line, QLineEdit* edit, const OptionField& field, FileChoice choice);
    QString titleOf(const OptionField& field) const;
    void apply(const std::string& name, const std::string& value);
    void updateVisibility();

    OptionList m_list;
    Layout m_layout;
    std::map<std::string, Row> m_rows;
    std::map<std::string, QWidget*> m_groups;
    QStringList m_idle;
    bool m_all = false;
};

}  // namespace qs
