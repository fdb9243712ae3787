<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE">
<context>
    <name>Options</name>
    <message><source>Model</source><translation>Modell</translation></message>
    <message><source>Text</source><translation>Text</translation></message>
    <message><source>Ids</source><translation>Token-Nummern</translation></message>
    <message><source>Text field</source><translation>Textfeld</translation></message>
    <message><source>Held out</source><translation>Prüftext</translation></message>
    <message><source>Held out tokens</source><translation>Tokens des Prüftexts</translation></message>
    <message><source>Lengths</source><translation>Längen</translation></message>
    <message><source>Tokens</source><translation>Tokens</translation></message>
    <message><source>Seed</source><translation>Startwert</translation></message>
    <message><source>Boundary</source><translation>Grenzen</translation></message>
    <message><source>Keep</source><translation>Aufheben</translation></message>
    <message><source>Spectra</source><translation>Spektren</translation></message>
    <message><source>Spectra width</source><translation>Breite der Spektren</translation></message>
    <message><source>Weighting</source><translation>Gewichtung</translation></message>
    <message><source>First token weight</source><translation>Gewicht des ersten Tokens</translation></message>
    <message><source>Method</source><translation>Methode</translation></message>
    <message><source>Bits</source><translation>Bits</translation></message>
    <message><source>Group size</source><translation>Gruppengröße</translation></message>
    <message><source>Scheme</source><translation>Schema</translation></message>
    <message><source>Search</source><translation>Suche</translation></message>
    <message><source>Search grid</source><translation>Raster der Suche</translation></message>
    <message><source>Search steps</source><translation>Schritte der Suche</translation></message>
    <message><source>Search norm</source><translation>Norm der Suche</translation></message>
    <message><source>Scale type</source><translation>Typ der Skalen</translation></message>
    <message><source>Act order</source><translation>Act-Order</translation></message>
    <message><source>Static groups</source><translation>Feste Gruppen</translation></message>
    <message><source>Scale time</source><translation>Zeitpunkt der Skalen</translation></message>
    <message><source>Block size</source><translation>Blockgröße</translation></message>
    <message><source>Alpha</source><translation>Alpha</translation></message>
    <message><source>Wp</source><translation>Wp</translation></message>
    <message><source>Damp</source><translation>Dämpfung</translation></message>
    <message><source>Max damp</source><translation>Größte Dämpfung</translation></message>
    <message><source>On failure</source><translation>Bei Fehlschlag</translation></message>
    <message><source>Refine</source><translation>Verfeinern</translation></message>
    <message><source>Sweeps</source><translation>Durchgänge</translation></message>
    <message><source>Trajectories</source><translation>Verläufe</translation></message>
    <message><source>Asymmetric loss</source><translation>Asymmetrischer Verlust</translation></message>
    <message><source>Include</source><translation>Nur diese</translation></message>
    <message><source>Exclude</source><translation>Ohne diese</translation></message>
    <message><source>Threads</source><translation>Threads</translation></message>
    <message><source>Device</source><translation>Gerät</translation></message>
    <message><source>Compute</source><translation>Rechenart</translation></message>
    <message><source>Memory budget</source><translation>Speichergrenze</translation></message>
    <message><source>Out</source><translation>Ausgabe</translation></message>
    <message><source>Resume</source><translation>Fortsetzen</translation></message>
    <message><source>Model and text</source><translation>Modell und Text</translation></message>
    <message><source>Calibration</source><translation>Kalibrierung</translation></message>
    <message><source>Grid</source><translation>Gitter</translation></message>
    <message><source>Solver</source><translation>Löser</translation></message>
    <message><source>Refinement</source><translation>Verfeinerung</translation></message>
    <message><source>Layers</source><translation>Schichten</translation></message>
    <message><source>Machine</source><translation>Rechner</translation></message>
    <message><source>Run</source><translation>Lauf</translation></message>
    <message><source>Appearance</source><translation>Aussehen</translation></message>
    <message><source>Start</source><translation>Start</translation></message>
    <message><source>Files</source><translation>Dateien</translation></message>
    <message><source>Theme</source><translation>Farben</translation></message>
    <message><source>Language</source><translation>Sprache</translation></message>
    <message><source>Scale</source><translation>Größe</translation></message>
    <message><source>Restore session</source><translation>Sitzung wiederherstellen</translation></message>
    <message><source>Offer resume</source><translation>Fortsetzen anbieten</translation></message>
    <message><source>Runs folder</source><translation>Ordner der Läufe</translation></message>
    <message><source>system</source><translation>wie das System</translation></message>
    <message><source>light</source><translation>hell</translation></message>
    <message><source>dark</source><translation>dunkel</translation></message>
    <message><source>high-contrast</source><translation>hoher Kontrast, hell</translation></message>
    <message><source>high-contrast-dark</source><translation>hoher Kontrast, dunkel</translation></message>
    <message><source>english</source><translation>Englisch</translation></message>
    <message><source>german</source><translation>Deutsch</translation></message>
    <message><source>tokens</source><translation>Tokens</translation></message>
    <message><source>bits</source><translation>Bit</translation></message>
    <message><source>columns</source><translation>Spalten</translation></message>
    <message><source>channels</source><translation>Kanäle</translation></message>
    <message><source>pack</source><translation>packen</translation></message>
    <message><source>document</source><translation>Dokument</translation></message>
    <message><source>none</source><translation>nichts</translation></message>
    <message><source>diagonal</source><translation>Diagonale</translation></message>
    <message><source>full</source><translation>alles</translation></message>
    <message><source>stop</source><translation>anhalten</translation></message>
    <message><source>sweeps</source><translation>Durchgänge</translation></message>
    <message><source>joint</source><translation>gemeinsam</translation></message>
    <message><source>current</source><translation>jetzige</translation></message>
    <message><source>stale</source><translation>alte</translation></message>
    <message><source>auto</source><translation>auto</translation></message>
    <message><source>losses</source><translation>Verluste</translation></message>
    <message><source>Colours of the window; figures are always drawn on white</source><translation>Farben des Fensters; Abbildungen stehen immer auf Weiß</translation></message>
    <message><source>Language of the window, from the next start on; run files and the command line stay English</source><translation>Sprache des Fensters ab dem nächsten Start; Läufe und Befehlszeile bleiben englisch</translation></message>
    <message><source>Size of text and controls, from the next start on</source><translation>Größe von Schrift und Bedienteilen ab dem nächsten Start</translation></message>
    <message><source>Open what was open when the program ended</source><translation>Öffnen, was beim Beenden offen war</translation></message>
    <message><source>Look for unfinished runs at the start and offer to resume them</source><translation>Beim Start nach unfertigen Läufen suchen und anbieten, sie fortzusetzen</translation></message>
    <message><source>Folder for runs without a name of their own; empty: the data folder of the program</source><translation>Ordner für Läufe ohne eigenen Namen; leer: der Datenordner des Programms</translation></message>
    <message><source>Which linears</source><translation>Welche Matrizen</translation></message>
    <message><source>MiB</source><translation>MiB</translation></message>
    <message><source>threads</source><translation>Threads</translation></message>
    <message><source>Hugging Face directory or GGUF file</source><translation>Hugging-Face-Ordner oder GGUF-Datei</translation></message>
    <message><source>Calibration text: .txt, .jsonl or directories</source><translation>Kalibriertext: .txt, .jsonl oder Ordner</translation></message>
    <message><source>JSON file with a list of id lists, used instead of text for exact repetition</source><translation>JSON-Datei mit einer Liste von Listen von Token-Nummern, statt Text zum genauen Wiederholen</translation></message>
    <message><source>Field of JSON lines that holds the text</source><translation>Feld der JSON-Zeilen, das den Text enthält</translation></message>
    <message><source>Other text, never used for solving, on which errors are measured as well</source><translation>Anderer Text, nie zum Lösen benutzt, an dem Fehler ebenfalls gemessen werden</translation></message>
    <message><source>Token budget of the held-out text; 0 takes a quarter of --tokens</source><translation>Tokens des Prüftexts; 0 nimmt ein Viertel der Tokens</translation></message>
    <message><source>Length set from which sequence lengths are drawn uniformly</source><translation>Längen, aus denen die Sequenzlängen gleichmäßig gezogen werden</translation></message>
    <message><source>Token budget</source><translation>Wie viele Tokens gezogen werden</translation></message>
    <message><source>Seed of all random draws</source><translation>Startwert aller Zufallszüge</translation></message>
    <message><source>pack: sequences may span documents; document: a sequence lies inside one document</source><translation>packen: Sequenzen dürfen über Dokumente reichen; Dokument: eine Sequenz liegt in einem Dokument</translation></message>
    <message><source>What of the Hessian bank is kept on disk: none, diagonals and spectra, or the full matrices</source><translation>Was von den Hesse-Summen auf der Platte bleibt: nichts, Diagonalen und Spektren, oder die vollen Matrizen</translation></message>
    <message><source>Eigenvalues, condition number, effective rank and drift per input and length of the calibration text</source><translation>Eigenwerte, Konditionszahl, effektiver Rang und Abweichung je Eingang und Länge des Kalibriertexts</translation></message>
    <message><source>Widest input whose spectra are computed; their time grows with the cube of the width (4096 channels: seconds a matrix)</source><translation>Breitester Eingang, dessen Spektren berechnet werden; die Zeit wächst mit der dritten Potenz (4096 Kanäle: Sekunden pro Matrix)</translation></message>
    <message><source>How lengths enter the Hessian: token, maca, length:L, mix:256=1,512=2, power:P (L^P; -1 is maca, 0 token) or fitted, which takes for every input the power with the least error on the held-out text</source><translation>Wie Längen in die Hesse-Matrix eingehen: token, maca, length:L, mix:256=1,512=2, power:P (L^P; -1 ist maca, 0 token) oder fitted, das für jeden Eingang den Exponenten mit dem kleinsten Fehler auf dem Prüftext nimmt</translation></message>
    <message><source>Weight of the first token of every sequence in the Hessian; 0 leaves it out</source><translation>Gewicht des ersten Tokens jeder Sequenz in der Hesse-Matrix; 0 lässt es weg</translation></message>
    <message><source>Width of a code</source><translation>Breite eines Codes</translation></message>
    <message><source>Columns that share one scale; 0 takes the whole row (per channel)</source><translation>Spalten mit gemeinsamer Skala; 0 nimmt die ganze Zeile (je Kanal)</translation></message>
    <message><source>A search tries the fractions 1 - i / grid of the range</source><translation>Eine Suche versucht die Anteile 1 - i / Raster des Bereichs</translation></message>
    <message><source>How many fractions a search tries; 0: 80 for mse, all of the grid for hessian</source><translation>Wie viele Anteile eine Suche versucht; 0: 80 bei mse, das ganze Raster bei hessian</translation></message>
    <message><source>Exponent of the error in the mse search</source><translation>Exponent des Fehlers in der mse-Suche</translation></message>
    <message><source>Storage type of scales; they are rounded to it before any code is computed. k: multiples of one float16 number per 256 columns, which the K blocks of GGUF files hold exactly (symmetric; f16 where rows are no multiple of 256)</source><translation>Speichertyp der Skalen; sie werden darauf gerundet, bevor Codes berechnet werden. k: Vielfache einer float16-Zahl je 256 Spalten, die die K-Blöcke von GGUF-Dateien genau halten (symmetrisch; f16, wo Zeilen kein Vielfaches von 256 sind)</translation></message>
    <message><source>Solve columns in descending order of the Hessian diagonal</source><translation>Spalten in absteigender Reihenfolge der Hesse-Diagonale lösen</translation></message>
    <message><source>Fix all group scales before the column loop, from the original weights</source><translation>Alle Gruppenskalen vor der Spaltenschleife aus den Originalgewichten festlegen</translation></message>
    <message><source>Added to the Hessian diagonal, as a fraction of its mean over live columns</source><translation>Zuschlag zur Hesse-Diagonale als Anteil ihres Mittels über lebende Spalten</translation></message>
    <message><source>If the factorisation fails, damping is raised tenfold up to this fraction</source><translation>Scheitert die Faktorisierung, wird die Dämpfung verzehnfacht, bis zu diesem Anteil</translation></message>
    <message><source>After that: stop, resumable, or round this layer to nearest and mark it failed</source><translation>Danach: anhalten, fortsetzbar, oder diese Schicht nur runden und als gescheitert markieren</translation></message>
    <message><source>Better group scales for the codes found (stage 2 of the two-stage method): group by group in sweeps, or all at once</source><translation>Bessere Gruppenskalen zu den gefundenen Codes (Stufe 2): Gruppe für Gruppe in Durchgängen, oder alle gemeinsam</translation></message>
    <message><source>How often --refine sweeps goes over the groups of a row</source><translation>Wie oft die Durchgänge über die Gruppen einer Zeile gehen</translation></message>
    <message><source>Patterns (* and ?) of linear names to quantize; without it all linears of the blocks</source><translation>Muster (* und ?) der Namen zu quantisierender Matrizen; ohne Angabe alle der Blöcke</translation></message>
    <message><source>Patterns of linear names to leave as they are</source><translation>Muster der Namen, die bleiben, wie sie sind</translation></message>
    <message><source>Worker threads; 0 takes every core</source><translation>Arbeits-Threads; 0 nimmt alle Kerne</translation></message>
    <message><source>Where arithmetic runs: cpu, cuda or cuda:N</source><translation>Wo gerechnet wird: cpu, cuda oder cuda:N</translation></message>
    <message><source>Arithmetic of the forward pass on the CPU: bf16, f32, or the plain reference in float32</source><translation>Rechenart der Vorwärtsläufe auf der CPU: bf16, f32 oder die einfache Referenz in float32</translation></message>
    <message><source>Activations beyond this go to a file; 0 takes half of the free memory</source><translation>Aktivierungen darüber hinaus gehen in eine Datei; 0 nimmt die Hälfte des freien Speichers</translation></message>
    <message><source>Run file to write (*.qsrun)</source><translation>Zu schreibender Lauf (*.qsrun)</translation></message>
    <message><source>How codes are found: rtn rounds to nearest, gptq compensates errors column by column, gptaq besides what earlier linears changed</source><translation>Wie Codes gefunden werden: rtn rundet, gptq gleicht Fehler Spalte für Spalte aus, gptaq auch, was frühere Matrizen verändert haben</translation></message>
    <message><source>sym: zero point in the middle, scale 2 max|w| / (2^bits - 1); sym_narrow: max|w| / (2^(bits-1) - 1); asym: minimum to maximum</source><translation>sym: Nullpunkt in der Mitte, Skala 2 max|w| / (2^Bits - 1); sym_narrow: max|w| / (2^(Bits-1) - 1); asym: Minimum bis Maximum</translation></message>
    <message><source>absmax takes the range as it is; mse and hessian (stage 1 of the two-stage method) try shrunk ranges for the least weight or output error of a group</source><translation>absmax nimmt den Bereich, wie er ist; mse und hessian (Stufe 1) versuchen engere Bereiche für den kleinsten Gewichts- oder Ausgabefehler einer Gruppe</translation></message>
    <message><source>Held out lengths</source><translation>Längen des Prüftexts</translation></message>
    <message><source>Length set of the held-out text; without it that of the calibration text</source><translation>Längen des Prüftexts; ohne Angabe die des Kalibriertexts</translation></message>
    <message><source>Bit plan</source><translation>Bitplan</translation></message>
    <message><source>Budget</source><translation>Budget</translation></message>
    <message><source>Mean code bits a weight; the widths of the linears are chosen for the least error under it; 0: no budget</source><translation>Mittlere Bits der Codes je Gewicht; die Bitbreiten der Matrizen werden so gewählt, dass der Fehler darunter am kleinsten ist; 0: kein Budget</translation></message>
    <message><source>Budget bytes</source><translation>Budget in Bytes</translation></message>
    <message><source>bytes</source><translation>Bytes</translation></message>
    <message><source>The budget as size of codes, scales and zero points instead; 0: no budget</source><translation>Das Budget stattdessen als Größe von Codes, Skalen und Nullpunkten; 0: kein Budget</translation></message>
    <message><source>Pin</source><translation>Festlegen</translation></message>
    <message><source>PATTERN=BITS: linears whose name fits the pattern (* and ?) get this width; the last pin that fits counts</source><translation>MUSTER=BITS: Matrizen, deren Name auf das Muster (* und ?) passt, bekommen diese Bitbreite; das letzte passende zählt</translation></message>
    <message><source>Ties</source><translation>Bindungen</translation></message>
    <message><source>One width for q, k and v, and one for gate and up, which loaders fuse</source><translation>Eine Bitbreite für q, k und v und eine für gate und up, die Ladeprogramme verschmelzen</translation></message>
    <message><source>Widths</source><translation>Bitbreiten</translation></message>
    <message><source>Widths that may be chosen</source><translation>Bitbreiten, die zur Wahl stehen</translation></message>
    <message><source>Objective</source><translation>Ziel</translation></message>
    <message><source>What the sum over linears adds up: sensitivity, output errors times how much the prediction depends on that output (nats a token); relative, or absolute output errors under the weighting of the Hessian</source><translation>Was die Summe über die Matrizen addiert: sensitivity, Ausgabefehler mal wie sehr die Vorhersage von dieser Ausgabe abhängt (Nat je Token); relative oder absolute Ausgabefehler unter der Gewichtung der Hesse-Matrix</translation></message>
    <message><source>JSON file with the widths of the linears, as plan --out writes it; others get --bits</source><translation>JSON-Datei mit den Bitbreiten der Matrizen, wie plan --out sie schreibt; andere bekommen die eingestellten Bits</translation></message>
    <message><source>What is kept of the way of the group scales under --stage1 and --refine: the loss after every step, and the scales too; auto keeps the scales if those of the whole run take at most 256 MiB</source><translation>Was vom Weg der Gruppenskalen in Stufe 1 und beim Verfeinern bleibt: der Verlust nach jedem Schritt, und auch die Skalen; auto hebt die Skalen auf, wenn die des ganzen Laufs höchstens 256 MiB brauchen</translation></message>
    <message><source>Of gptaq, measure what it minimises for every linear: the error of its outputs against those of the untouched model; takes up to a quarter more time</source><translation>Bei gptaq messen, was es für jede Matrix möglichst klein macht: den Fehler seiner Ausgaben gegenüber denen des unveränderten Modells; kostet bis zu einem Viertel mehr Zeit</translation></message>
    <message><source>Go on from the finished blocks of an interrupted run</source><translation>Hinter den fertigen Blöcken eines unterbrochenen Laufs weitermachen</translation></message>
    <message><source>Evaluation</source><translation>Bewertung</translation></message>
    <message><source>What to measure on: plain text, JSON lines, Parquet, or the folder of a task's data set</source><translation>Woran gemessen wird: reiner Text, JSON-Zeilen, Parquet oder der Ordner mit den Daten einer Aufgabe</translation></message>
    <message><source>Field of JSON lines or Parquet that holds the text</source><translation>Feld der JSON-Zeilen oder der Parquet-Datei, das den Text enthält</translation></message>
    <message><source>Window</source><translation>Fenster</translation></message>
    <message><source>Length of the non-overlapping windows</source><translation>Länge der Fenster, die sich nicht überlappen</translation></message>
    <message><source>Max tokens</source><translation>Höchstens Tokens</translation></message>
    <message><source>Stop after this many tokens; 0 takes the whole text</source><translation>Nach so vielen Tokens aufhören; 0 nimmt den ganzen Text</translation></message>
    <message><source>Bos</source><translation>Anfangstoken</translation></message>
    <message><source>Put the tokenizer's own special tokens at the start of the text</source><translation>Die besonderen Tokens des Tokenizers an den Anfang des Textes stellen</translation></message>
    <message><source>Of a run: where the original model lies now, if it has moved since</source><translation>Bei einem Lauf: wo das Originalmodell jetzt liegt, falls es umgezogen ist</translation></message>
    <message><source>How codes are found: rtn rounds to nearest, gptq compensates errors column by column, gptaq besides what earlier linears changed; awq rounds to nearest after scaling the inputs and clipping the weights for the least output error; boa is gptq whose rows of q, k and v also make up for one another, weighted by what the scores of attention make of them</source><translation>Wie Codes gefunden werden: rtn rundet, gptq gleicht Fehler Spalte für Spalte aus, gptaq auch, was frühere Matrizen verändert haben; awq rundet, nachdem Eingänge skaliert und Gewichte für den kleinsten Ausgabefehler beschnitten sind; boa ist gptq, bei dem auch die Zeilen von q, k und v einander ausgleichen, gewichtet nach dem, was die Attention daraus macht</translation></message>
    <message><source>sym: zero point in the middle, scale 2 max|w| / (2^bits - 1); sym_narrow: max|w| / (2^(bits-1) - 1); asym: minimum to maximum; auto: asym for awq, else sym</source><translation>sym: Nullpunkt in der Mitte, Skala 2 max|w| / (2^Bits - 1); sym_narrow: max|w| / (2^(Bits-1) - 1); asym: Minimum bis Maximum; auto: asym bei awq, sonst sym</translation></message>
    <message><source>Where dynamic group scales come from: current weights, or stale ones of the start of the block as in the published code</source><translation>Woraus Gruppenskalen unterwegs bestimmt werden: aus den jetzigen Gewichten oder aus alten vom Anfang des Blocks wie im veröffentlichten Code</translation></message>
    <message><source>Block of --scale-time stale and --wp official; changes nothing else</source><translation>Block für alte Skalen und für Wp official; ändert sonst nichts</translation></message>
    <message><source>gptaq: weight of the correction for changed inputs; 1 is the derived objective, 0 is gptq</source><translation>gptaq: Gewicht der Korrektur für veränderte Eingänge; 1 ist das hergeleitete Ziel, 0 ist gptq</translation></message>
    <message><source>gptaq: value of a finished column that the correction multiplies: pre, just before quantization; official: the quantized one beyond the block, as in the published code</source><translation>gptaq: Wert einer fertigen Spalte, mit dem die Korrektur rechnet: pre, kurz vor der Quantisierung; official: jenseits des Blocks der quantisierte, wie im veröffentlichten Code</translation></message>
    <message><source>Clip</source><translation>Beschneiden</translation></message>
    <message><source>awq: search how far to clip the weights of each group (not of q and k)</source><translation>awq: suchen, wie weit die Gewichte jeder Gruppe beschnitten werden (nicht bei q und k)</translation></message>
    <message><source>Columns</source><translation>Spalten</translation></message>
    <message><source>boa: method of the columns of q, k and v, and of all other linears</source><translation>boa: Methode der Spalten von q, k und v und aller anderen Matrizen</translation></message>
    <message><source>Row block</source><translation>Zeilenblock</translation></message>
    <message><source>rows</source><translation>Zeilen</translation></message>
    <message><source>boa: rows of a head that are solved at once, before the rows behind make up for them</source><translation>boa: Zeilen eines Kopfes, die zugleich gelöst werden, bevor die Zeilen dahinter sie ausgleichen</translation></message>
    <message><source>Value rows</source><translation>Zeilen von v</translation></message>
    <message><source>boa: rows of v make up for each other as well, by what o makes of them</source><translation>boa: auch Zeilen von v gleichen sich gegenseitig aus, danach, was o aus ihnen macht</translation></message>
    <message><source>Value inputs</source><translation>Eingaben von v</translation></message>
    <message><source>boa: what the rows of v are solved for: attended inputs, that is what the attention of each head makes of them, as published, with a Hessian for every head; or plain ones, as all other rows, which saves half of the time</source><translation>boa: wofür die Zeilen von v gelöst werden: für das, was die Attention jedes Kopfes aus ihren Eingaben macht (attended), wie veröffentlicht, mit einer Hesse-Matrix für jeden Kopf; oder für die Eingaben, wie sie sind (plain), wie alle anderen Zeilen, was die Hälfte der Zeit spart</translation></message>
    <message><source>Centre keys</source><translation>Schlüssel zentrieren</translation></message>
    <message><source>boa: leave out of the output Hessian of q what the keys of a sequence have in common, as it moves all scores of a query alike; the published method keeps it</source><translation>boa: aus der Ausgabe-Hesse-Matrix von q weglassen, was die Schlüssel einer Sequenz gemeinsam haben, da es alle Werte einer Anfrage gleich verschiebt; die veröffentlichte Methode behält es</translation></message>
    <message><source>Row order</source><translation>Zeilenfolge</translation></message>
    <message><source>boa: solve the rows of a head in descending order of their output Hessian's diagonal</source><translation>boa: die Zeilen eines Kopfes in absteigender Reihenfolge der Diagonale ihrer Ausgabe-Hesse-Matrix lösen</translation></message>
    <message><source>Task</source><translation>Aufgabe</translation></message>
    <message><source>Perplexity</source><translation>Perplexität</translation></message>
    <message><source>Stride</source><translation>Schrittweite</translation></message>
    <message><source>Begin a window every so many tokens and score what no window before it has; 0 = windows side by side, whose first tokens are not predicted</source><translation>Alle so viele Tokens ein Fenster beginnen und werten, was kein früheres Fenster hat; 0 = Fenster nebeneinander, deren erste Tokens nicht vorhergesagt werden</translation></message>
    <message><source>Rolling</source><translation>Gleitend</translation></message>
    <message><source>Predict every token once, in windows that begin with one token of context</source><translation>Jedes Token einmal vorhersagen, in Fenstern, die mit einem Token Kontext beginnen</translation></message>
    <message><source>Reference</source><translation>Bezugsmodell</translation></message>
    <message><source>Of divergence: the full-precision model; a run is compared with the model it was made from</source><translation>Zur Divergenz: das Modell in voller Genauigkeit; ein Lauf wird mit dem Modell verglichen, aus dem er entstand</translation></message>
    <message><source>Items</source><translation>Einzelaufgaben</translation></message>
    <message><source>Max length</source><translation>Größte Länge</translation></message>
    <message><source>What the model sees of a text, cut on the left (LongBench: of a prompt, cut in the middle); 0 = its positions</source><translation>Was das Modell von einem Text sieht, links gekürzt (LongBench: von einer Eingabe, in der Mitte gekürzt); 0 = seine Positionen</translation></message>
    <message><source>Limit</source><translation>Höchstens</translation></message>
    <message><source>items</source><translation>Aufgaben</translation></message>
    <message><source>The first items only; 0 = all</source><translation>Nur die ersten Aufgaben; 0 = alle</translation></message>
    <message><source>File to write with one JSON line an item</source><translation>Zu schreibende Datei mit einer JSON-Zeile je Aufgabe</translation></message>
    <message><source>Go on from the finished items of a stopped evaluation with the same --items</source><translation>Hinter den fertigen Aufgaben einer angehaltenen Bewertung mit derselben Datei weitermachen</translation></message>
    <message><source>Baseline</source><translation>Vergleich</translation></message>
    <message><source>Items file, model or run to compare with, item by item</source><translation>Datei mit Aufgaben, Modell oder Lauf, mit dem Aufgabe für Aufgabe verglichen wird</translation></message>
    <message><source>Of the bootstrap intervals beside a baseline</source><translation>Für die Bootstrap-Intervalle neben einem Vergleich</translation></message>
    <message><source>Prompts</source><translation>Eingaben</translation></message>
    <message><source>LongBench: JSON file with prompts by data set (dataset2prompt.json)</source><translation>LongBench: JSON-Datei mit Eingaben je Datensatz (dataset2prompt.json)</translation></message>
    <message><source>Max new tokens</source><translation>Höchstens neue Tokens</translation></message>
    <message><source>LongBench: length of answers; 0 = the task's</source><translation>LongBench: Länge der Antworten; 0 = die der Aufgabe</translation></message>
    <message><source>What to measure: perplexity, wikitext, divergence, classification, boolq, piqa, siqa, hellaswag, winogrande, arc_easy, arc_challenge, openbookqa, lambada, or longbench:NAME (multifieldqa_en, multifieldqa_zh, narrativeqa, qasper …)</source><translation>Was gemessen wird: perplexity, wikitext, divergence, classification, boolq, piqa, siqa, hellaswag, winogrande, arc_easy, arc_challenge, openbookqa, lambada, oder longbench:NAME (multifieldqa_en, multifieldqa_zh, narrativeqa, qasper …)</translation></message>
    <message><source>Round activations</source><translation>Aktivierungen runden</translation></message>
    <message><source>A trained run: round the inputs of its linears as in training, which its record was measured with</source><translation>Ein trainierter Lauf: die Eingaben seiner Matrizen runden wie im Training, womit sein Protokoll gemessen wurde</translation></message>
    <message><source>full</source><comment>method</comment><translation>full</translation></message>
    <message><source>Hugging Face directory or GGUF file to train further</source><translation>Hugging-Face-Ordner oder GGUF-Datei des Modells, das weiter trainiert wird</translation></message>
    <message><source>classification: texts with labels; language-model: plain text</source><translation>Klassifikation: Texte mit Klassen; Sprachmodell: reiner Text</translation></message>
    <message><source>Model and data</source><translation>Modell und Daten</translation></message>
    <message><source>classification</source><translation>Klassifikation</translation></message>
    <message><source>language-model</source><translation>Sprachmodell</translation></message>
    <message><source>Scratch</source><translation>Von vorn</translation></message>
    <message><source>Begin with a new small model instead of MODEL</source><translation>Mit einem neuen kleinen Modell beginnen statt mit einem vorhandenen</translation></message>
    <message><source>classification: one file of records with text and label (.jsonl, .json, .parquet or a folder of a data set); language-model: .txt, .jsonl or directories</source><translation>Klassifikation: eine Datei mit Einträgen aus Text und Klasse (.jsonl, .json, .parquet oder der Ordner eines Datensatzes); Sprachmodell: .txt, .jsonl oder Ordner</translation></message>
    <message><source>Field of a record that holds the text</source><translation>Feld eines Eintrags, das den Text enthält</translation></message>
    <message><source>Label field</source><translation>Feld der Klasse</translation></message>
    <message><source>Field of a record that holds the class, a text or a whole number</source><translation>Feld eines Eintrags, das die Klasse enthält, als Text oder ganze Zahl</translation></message>
    <message><source>Test share</source><translation>Anteil des Tests</translation></message>
    <message><source>Share of the texts that is kept for the test</source><translation>Anteil der Texte, der für den Test zurückbehalten wird</translation></message>
    <message><source>Validation share</source><translation>Anteil der Validierung</translation></message>
    <message><source>Share of the texts that is kept for looking at while training</source><translation>Anteil der Texte, der zum Nachsehen während des Trainings zurückbehalten wird</translation></message>
    <message><source>Held out share</source><translation>Anteil zum Messen</translation></message>
    <message><source>language-model: share at the end of the text that is kept for measuring</source><translation>Sprachmodell: Anteil am Ende des Textes, der zum Messen zurückbehalten wird</translation></message>
    <message><source>Tokenizer</source><translation>Tokenizer</translation></message>
    <message><source>Directory or file of the tokenizer; without it a token is a byte</source><translation>Ordner oder Datei des Tokenizers; ohne Angabe ist ein Token ein Byte</translation></message>
    <message><source>Model from scratch</source><translation>Neues Modell</translation></message>
    <message><source>Hidden</source><translation>Breite</translation></message>
    <message><source>Width of the residual stream</source><translation>Breite des Reststroms</translation></message>
    <message><source>Blocks</source><translation>Blöcke</translation></message>
    <message><source>Number of blocks</source><translation>Anzahl der Blöcke</translation></message>
    <message><source>blocks</source><translation>Blöcke</translation></message>
    <message><source>Heads</source><translation>Köpfe</translation></message>
    <message><source>Attention heads; --hidden is a multiple of twice as many</source><translation>Köpfe der Attention; die Breite ist ein Vielfaches ihrer doppelten Zahl</translation></message>
    <message><source>heads</source><translation>Köpfe</translation></message>
    <message><source>Intermediate</source><translation>Breite des MLP</translation></message>
    <message><source>Width of the MLP</source><translation>Innere Breite des MLP</translation></message>
    <message><source>dsa-qat: a width for each layer from its sensitivity; fixed: one width; lsq: one width and learned step sizes; full: nothing is quantized</source><translation>dsa-qat: eine Bitbreite für jede Schicht aus ihrer Empfindlichkeit; fixed: eine Bitbreite; lsq: eine Bitbreite und gelernte Schrittweiten; full: nichts wird quantisiert</translation></message>
    <message><source>Quantization-aware training</source><translation>Training mit Quantisierung</translation></message>
    <message><source>fixed</source><translation>fixed</translation></message>
    <message><source>lsq</source><translation>lsq</translation></message>
    <message><source>dsa-qat</source><translation>dsa-qat</translation></message>
    <message><source>Width of weights and activations under fixed and lsq</source><translation>Bitbreite der Gewichte und Aktivierungen bei fixed und lsq</translation></message>
    <message><source>Widths that dsa-qat chooses from</source><translation>Bitbreiten, aus denen dsa-qat wählt</translation></message>
    <message><source>Attention operands</source><translation>Operanden der Attention</translation></message>
    <message><source>Quantize Q, K and V as well, with the width of the linear that makes them</source><translation>Auch Q, K und V quantisieren, mit der Bitbreite der Matrix, die sie macht</translation></message>
    <message><source>Ranges</source><translation>Bereiche</translation></message>
    <message><source>Range of a layer's input: own (max of every batch, as published), running (mean of that over the steps so far, as after training; what lies beyond is clipped), token (max of every token, also after training; a few tokens of language models are hundreds of times larger than the rest), auto: token for a language model, else own. lsq learns a share of every token's range, or one step for all</source><translation>Bereich der Eingabe einer Schicht: eigener (Maximum jedes Stapels, wie veröffentlicht), laufender (Mittel davon über die Schritte bisher, wie nach dem Training; was darüber liegt, wird beschnitten), je Token (Maximum jedes Tokens, auch nach dem Training; einige Tokens von Sprachmodellen sind hundertmal größer als der Rest), automatisch: je Token bei einem Sprachmodell, sonst eigener. lsq lernt einen Anteil am Bereich jedes Tokens, oder einen Schritt für alle</translation></message>
    <message><source>own</source><translation>eigener</translation></message>
    <message><source>running</source><translation>laufender</translation></message>
    <message><source>token</source><translation>je Token</translation></message>
    <message><source>Weight ranges</source><translation>Bereiche der Gewichte</translation></message>
    <message><source>Range of weights: layer (as published), channel (of every output), auto: channel for a language model, else layer. lsq learns a step for each of these</source><translation>Bereich der Gewichte: Schicht (wie veröffentlicht), Kanal (jedes Ausgangs), automatisch: Kanal bei einem Sprachmodell, sonst Schicht. lsq lernt für jeden davon einen Schritt</translation></message>
    <message><source>layer</source><translation>Schicht</translation></message>
    <message><source>channel</source><translation>Kanal</translation></message>
    <message><source>Straight through</source><translation>Gradient des Rundens</translation></message>
    <message><source>Gradient of rounding outside of a running range or beyond learned steps: clipped (0) or literal (1, as published)</source><translation>Gradient des Rundens außerhalb eines laufenden Bereichs oder jenseits gelernter Schritte: beschnitten (0) oder wörtlich (1, wie veröffentlicht)</translation></message>
    <message><source>clipped</source><translation>beschnitten</translation></message>
    <message><source>literal</source><translation>wörtlich</translation></message>
    <message><source>Lambda</source><translation>Lambda</translation></message>
    <message><source>Price of bits: larger gives narrower layers</source><translation>Preis der Bits: größer macht Schichten schmaler</translation></message>
    <message><source>Sensitivity and widths</source><translation>Empfindlichkeit und Bitbreiten</translation></message>
    <message><source>Gamma</source><translation>Gamma</translation></message>
    <message><source>Weight of the activations' rounding errors in the loss of dsa-qat</source><translation>Gewicht der Rundungsfehler der Aktivierungen im Verlust von dsa-qat</translation></message>
    <message><source>Weight of the gradients' variance in the sensitivity</source><translation>Gewicht der Varianz der Gradienten in der Empfindlichkeit</translation></message>
    <message><source>Beta</source><translation>Beta</translation></message>
    <message><source>Weight of the activation error in the sensitivity</source><translation>Gewicht des Aktivierungsfehlers in der Empfindlichkeit</translation></message>
    <message><source>Probe bits</source><translation>Bits der Probe</translation></message>
    <message><source>Width at which the activation error is measured</source><translation>Bitbreite, bei der der Aktivierungsfehler gemessen wird</translation></message>
    <message><source>Interval</source><translation>Abstand</translation></message>
    <message><source>Steps between updates of the widths</source><translation>Schritte zwischen Änderungen der Bitbreiten</translation></message>
    <message><source>steps</source><translation>Schritte</translation></message>
    <message><source>Smoothing</source><translation>Glättung</translation></message>
    <message><source>Share of the earlier sensitivity in the present one</source><translation>Anteil der früheren Empfindlichkeit an der jetzigen</translation></message>
    <message><source>Hysteresis</source><translation>Hysterese</translation></message>
    <message><source>Relative gain in the objective below which a width stays as it is</source><translation>Relativer Gewinn am Ziel, unter dem eine Bitbreite bleibt, wie sie ist</translation></message>
    <message><source>Narrowing</source><translation>Verschmälern</translation></message>
    <message><source>Largest share of the layers that one update makes narrower, those with the largest gain first; the others wait. 0: a quarter for a language model, else all (as published)</source><translation>Größter Anteil der Schichten, die eine Änderung schmaler macht, die mit dem größten Gewinn zuerst; die anderen warten. 0: ein Viertel bei einem Sprachmodell, sonst alle (wie veröffentlicht)</translation></message>
    <message><source>Loss margin</source><translation>Spielraum des Verlusts</translation></message>
    <message><source>No layer becomes narrower while the task loss, mean since the last update, exceeds its lowest such mean by more. 0: 0.5 for a language model, else any (as published)</source><translation>Keine Schicht wird schmaler, solange der Verlust der Aufgabe, Mittel seit der letzten Änderung, sein kleinstes solches Mittel um mehr überschreitet. 0: 0,5 bei einem Sprachmodell, sonst beliebig (wie veröffentlicht)</translation></message>
    <message><source>nats</source><translation>Nat</translation></message>
    <message><source>Distill</source><translation>Destillieren</translation></message>
    <message><source>Share of the divergence from the full-precision model in the loss; 0: none</source><translation>Anteil der Divergenz vom Modell in voller Genauigkeit am Verlust; 0: keiner</translation></message>
    <message><source>Distillation</source><translation>Destillation</translation></message>
    <message><source>Temperature</source><translation>Temperatur</translation></message>
    <message><source>Temperature of both predictions in that divergence</source><translation>Temperatur beider Vorhersagen in dieser Divergenz</translation></message>
    <message><source>Steps</source><translation>Schritte</translation></message>
    <message><source>Steps of the optimizer</source><translation>Schritte des Optimierers</translation></message>
    <message><source>Optimization</source><translation>Optimierung</translation></message>
    <message><source>Batch</source><translation>Stapel</translation></message>
    <message><source>Texts in a batch</source><translation>Texte in einem Stapel</translation></message>
    <message><source>texts</source><translation>Texte</translation></message>
    <message><source>Accumulation</source><translation>Ansammeln</translation></message>
    <message><source>Batches whose gradients a step adds up</source><translation>Stapel, deren Gradienten ein Schritt addiert</translation></message>
    <message><source>batches</source><translation>Stapel</translation></message>
    <message><source>Pieces</source><translation>Stücke</translation></message>
    <message><source>Pieces of a batch that are worked on side by side; part of the result, unlike --threads</source><translation>Stücke eines Stapels, die nebeneinander bearbeitet werden; sie bestimmen das Ergebnis mit, anders als die Threads</translation></message>
    <message><source>pieces</source><translation>Stücke</translation></message>
    <message><source>Learning rate</source><translation>Lernrate</translation></message>
    <message><source>Highest learning rate of AdamW; 0: 0.002 for a new model, 0.06 / channels for one that is trained already (1e-4 at 576 channels)</source><translation>Höchste Lernrate von AdamW; 0: 0,002 für ein neues Modell, 0,06 / Kanäle für ein schon trainiertes (1e-4 bei 576 Kanälen)</translation></message>
    <message><source>Warmup</source><translation>Anlauf</translation></message>
    <message><source>Share of the steps in which the learning rate rises; after it, it falls along a cosine</source><translation>Anteil der Schritte, in denen die Lernrate steigt; danach fällt sie entlang eines Kosinus</translation></message>
    <message><source>Final rate</source><translation>Restrate</translation></message>
    <message><source>Share of the learning rate that is left after the last step</source><translation>Anteil der Lernrate, der nach dem letzten Schritt übrig ist</translation></message>
    <message><source>Weight decay</source><translation>Gewichtsabbau</translation></message>
    <message><source>Decay of matrices, apart from the gradient</source><translation>Abnahme der Matrizen, getrennt vom Gradienten</translation></message>
    <message><source>Clip norm</source><translation>Größte Norm</translation></message>
    <message><source>Largest norm of the gradient; 0: any</source><translation>Größte Norm des Gradienten; 0: jede</translation></message>
    <message><source>Lengths of the texts of a batch, drawn for each batch</source><translation>Längen der Texte eines Stapels, für jeden Stapel gezogen</translation></message>
    <message><source>Seed of weights, data and their order</source><translation>Startwert der Gewichte, der Daten und ihrer Reihenfolge</translation></message>
    <message><source>Baselines</source><translation>Vergleiche</translation></message>
    <message><source>Also train and measure full precision, fixed 4 and 8 bits and learned steps, and round the full-precision model to the widths of the trained one</source><translation>Auch volle Genauigkeit, feste 4 und 8 Bit und gelernte Schrittweiten trainieren und messen, und das Modell in voller Genauigkeit auf die Bitbreiten des trainierten runden</translation></message>
    <message><source>Comparison</source><translation>Vergleich</translation></message>
    <message><source>Costs</source><translation>Kosten</translation></message>
    <message><source>Measure latency, memory and size of the trained model, with integers and in float32</source><translation>Zeit, Speicher und Größe des trainierten Modells messen, mit ganzen Zahlen und in float32</translation></message>
    <message><source>Measurements</source><translation>Messungen</translation></message>
    <message><source>Repeats</source><translation>Wiederholungen</translation></message>
    <message><source>Forward passes whose median is the latency; fewer if they take longer than 20 s</source><translation>Vorwärtsläufe, deren Median als Zeit gilt; weniger, wenn sie länger als 20 s dauern</translation></message>
    <message><source>passes</source><translation>Läufe</translation></message>
    <message><source>Noise seeds</source><translation>Züge des Rauschens</translation></message>
    <message><source>Draws of added quantization noise at each level under which the accuracy is measured; 0: none</source><translation>Züge von zusätzlichem Quantisierungsrauschen je Stärke, unter denen die Genauigkeit gemessen wird; 0: keine</translation></message>
    <message><source>draws</source><translation>Züge</translation></message>
    <message><source>Noise texts</source><translation>Texte für Rauschen</translation></message>
    <message><source>Texts of the test on which that is measured</source><translation>Texte des Tests, an denen das gemessen wird</translation></message>
    <message><source>Length of the windows of the perplexity of a language model</source><translation>Länge der Fenster für die Perplexität eines Sprachmodells</translation></message>
    <message><source>Windows</source><translation>Fenster</translation></message>
    <message><source>The first windows of the held-out text; 0 takes all</source><translation>Die ersten Fenster des zurückbehaltenen Textes; 0 nimmt alle</translation></message>
    <message><source>windows</source><translation>Fenster</translation></message>
    <message><source>Prompts of 32 tokens whose most probable continuations BLEU is computed on: against the text (a few points even for good models, since a text goes on in many ways), and with --baselines as bleu-agreement against the continuations of the model trained in full precision; 0: none</source><translation>Anfänge von 32 Tokens, auf deren wahrscheinlichsten Fortsetzungen BLEU berechnet wird: gegen den Text (einige Punkte auch bei guten Modellen, da ein Text auf viele Arten weitergeht) und mit --baselines als bleu-agreement gegen die Fortsetzungen des Modells, das in voller Genauigkeit trainiert wurde; 0: keine</translation></message>
    <message><source>prompts</source><translation>Eingaben</translation></message>
    <message><source>Checkpoint seconds</source><translation>Sicherung alle</translation></message>
    <message><source>Time between checkpoints, beside the one when it is stopped</source><translation>Zeit zwischen Sicherungspunkten, neben dem beim Anhalten</translation></message>
    <message><source>s</source><translation>s</translation></message>
    <message><source>Run file to write (*.qsrun); the trained model is written beside it, under the same name with .model</source><translation>Zu schreibender Lauf (*.qsrun); das trainierte Modell wird daneben geschrieben, unter demselben Namen mit .model</translation></message>
    <message><source>Go on from the last checkpoint of an interrupted training</source><translation>Hinter dem letzten Sicherungspunkt eines unterbrochenen Trainings weitermachen</translation></message>
    <message><source>Export</source><translation>Export</translation></message>
    <message><source>Format</source><translation>Format</translation></message>
    <message><source>Gguf type</source><translation>GGUF-Blöcke</translation></message>
    <message><source>Shard size</source><translation>Größte Datei</translation></message>
    <message><source>compressed-tensors: pack-quantized, any width, for transformers and vLLM. gptq: zero points minus one, right for symmetric runs of 2, 3, 4, 8 bits. gptq_v2: zero points as they are, for asymmetric ones. awq: GEMM layout, 4 bits. gguf: one file for llama.cpp with metadata and tokenizer. dequantized: float32 weights that every loader reads. What a loader will not take is said before anything is written</source><translation>compressed-tensors: pack-quantized, jede Breite, für transformers und vLLM. gptq: Nullpunkte minus eins, richtig für symmetrische Läufe mit 2, 3, 4, 8 Bit. gptq_v2: Nullpunkte, wie sie sind, für asymmetrische. awq: GEMM-Anordnung, 4 Bit. gguf: eine Datei für llama.cpp mit Metadaten und Tokenizer. dequantized: float32-Gewichte, die jedes Programm liest. Was ein Ladeprogramm nicht annimmt, wird gesagt, bevor etwas geschrieben wird</translation></message>
    <message><source>Folder to write; it must be new or empty</source><translation>Ordner, der geschrieben wird; er muss neu oder leer sein</translation></message>
    <message><source>Blocks of a GGUF file. auto: Q4_0, Q5_0, Q8_0, Q4_1 and Q5_1 for asymmetric runs of 4 and 5 bits (their offsets are rounded to float16), and Q2_K to Q6_K for runs with --scale-type k. exact: no Q4_1 and Q5_1. k: Q2_K to Q6_K wherever they hold the integers exactly, as with one group for 256 columns, else as auto. tq2_0: the same for symmetric 2 bits. What no block holds becomes float32</source><translation>Blöcke einer GGUF-Datei. auto: Q4_0, Q5_0, Q8_0, Q4_1 und Q5_1 für asymmetrische Läufe mit 4 und 5 Bit (ihre Verschiebungen werden auf float16 gerundet), und Q2_K bis Q6_K für Läufe mit --scale-type k. exact: ohne Q4_1 und Q5_1. k: Q2_K bis Q6_K, wo sie die ganzen Zahlen genau halten, etwa mit einer Gruppe für 256 Spalten, sonst wie auto. tq2_0: dasselbe für symmetrische 2 Bit. Was kein Block hält, wird float32</translation></message>
    <message><source>Largest safetensors file; more weights go into several</source><translation>Größte safetensors-Datei; mehr Gewichte kommen in mehrere</translation></message>
    <message><source>Where the original model lies now, if it has moved since the run</source><translation>Wo das ursprüngliche Modell jetzt liegt, falls es seit dem Lauf umgezogen ist</translation></message>
</context>
<context>
    <name>QShortcut</name>
    <!-- Qt's own German has these too, where it is installed. -->
    <message><source>Ctrl</source><translation>Strg</translation></message>
    <message><source>Shift</source><translation>Umschalt</translation></message>
    <message><source>Alt</source><translation>Alt</translation></message>
    <message><source>Left</source><translation>Links</translation></message>
    <message><source>Right</source><translation>Rechts</translation></message>
</context>
</TS>
