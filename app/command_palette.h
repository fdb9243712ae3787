// SPDX-License-Identifier: GPL-3.0-or-later
// One box that finds everything: actions, layers ("17 down"), runs. Typing filters, Enter does it.
#pragma once

#include <QAbstractListModel>
#include <QFrame>
#include <functional>
#include <vector>

class QLineEdit;
class QListView;

namespace qs {

struct PaletteItem {
    QString title, detail, keys;  ///< detail: "Layer", "Run", "File"; keys: shortcut
    std::function<void()> action;
    bool enabled = true;
};

/// The items that match every word of the query, best first: whole words and beginnings of the title before what lies inside.
class PaletteModel : public QAbstractListModel {
    Q_OBJECT
  public:
    enum Role { DetailRole = Qt::UserRole, KeysRole, EnabledRole };
    using QAbstractListModel::QAbstractListModel;
    void setItems(std::vector<PaletteItem> items);
    void setQuery(const QString& query);
    const PaletteItem* at(const QModelIndex& index) const;
    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

  private:
    void filter();
    std::vector<PaletteItem> m_items;
    std::vector<std::size_t> m_shown;
    QStringList m_words;
};

class CommandPalette : public QFrame {
    Q_OBJECT
  public:
    explicit CommandPalette(QWidget* window);
    void open(std::vector<PaletteItem> items);
    void close();
    QLineEdit& box() { return *m_box; }
    PaletteModel& model() { return *m_model; }

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void choose(const QModelIndex& index);
    void takeHeight();

    PaletteModel* m_model;
    QLineEdit* m_box;
    QListView* m_list;
    QWidget* m_before = nullptr;  ///< had the focus
};

}  // namespace qs
