// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/file_dialog.h"

#include <QFileDialog>

namespace qs {

void chooseFile(QWidget* parent, FileChoice choice, const QString& title, const QString& filter,
                std::function<void(const QStringList&)> chosen, const QString& name) {
    auto* dialog = new QFileDialog(parent, title, {}, filter);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setModal(false);
    dialog->setFileMode(choice == FileChoice::Folder     ? QFileDialog::Directory
                        : choice == FileChoice::OpenMany ? QFileDialog::ExistingFiles
                        : choice == FileChoice::Open     ? QFileDialog::ExistingFile
                                                         : QFileDialog::AnyFile);
    dialog->setOption(QFileDialog::ShowDirsOnly, choice == FileChoice::Folder);
    if (choice == FileChoice::Save) dialog->setAcceptMode(QFileDialog::AcceptSave);
    if (!name.isEmpty()) dialog->selectFile(name);
    QObject::connect(dialog, &QFileDialog::filesSelected, parent,
                     [chosen = std::move(chosen)](const QStringList& files) { chosen(files); });
    dialog->show();
}

}  // namespace qs
