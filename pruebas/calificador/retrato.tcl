# Retrato de todas las ventanas de un programa: un renglón por elemento, con clave y valor
# en hexadecimal. No cambia nada ni deja nada definido en el programa.
apply {{} {
    set tope 20000
    set h {{v} {binary encode hex [encoding convertto utf-8 $v]}}
    set renglones {}
    set porver [list .]
    while {[llength $porver]} {
        set w [lindex $porver 0]
        set porver [lrange $porver 1 end]
        # Tk hace copias de los menús de una barra: son el mismo menú, y su ruta lleva «#».
        if {![winfo exists $w] || [string first # $w] >= 0} continue
        lappend porver {*}[winfo children $w]
        if {[llength $renglones] > 4000} break
        set d [dict create ruta $w clase [winfo class $w] visible [winfo viewable $w] x [winfo rootx $w] y [winfo rooty $w] \
            ancho [winfo width $w] alto [winfo height $w] tope [winfo toplevel $w] lugar [winfo manager $w]]
        catch {dict set d texto [$w cget -text]}
        if {![catch {$w cget -textvariable} variable] && $variable ne ""} {catch {dict set d texto [set ::$variable]}}
        catch {dict set d estado [$w cget -state]}
        if {![catch {$w state} banderas]} {if {"disabled" in $banderas} {dict set d estado disabled} elseif {"readonly" in $banderas} {dict set d estado readonly}}
        catch {if {[$w cget -image] ne ""} {dict set d imagen [lindex [$w cget -image] 0]}}
        catch {dict set d atado [bind $w]}
        catch {dict set d menu [$w cget -menu]}
        catch {dict set d marcado [set ::[$w cget -variable]]}
        catch {dict set d valor [$w cget -value]}
        foreach opcion {-foreground -background -style} {catch {dict lappend d aspecto [$w cget $opcion]}}
        catch {dict lappend d aspecto [font actual [$w cget -font]]}
        set clase [winfo class $w]
        if {$w eq [winfo toplevel $w] || $clase in {Toplevel Tk}} {
            catch {dict set d titulo [wm title $w]}
            catch {dict set d ventana [wm state $w]}
            catch {dict set d cabe [expr {
                [winfo width $w] >= min([winfo reqwidth $w], [winfo screenwidth $w])
                && [winfo height $w] >= min([winfo reqheight $w], [winfo screenheight $w])
            }]}
            catch {dict set d modal [expr {[grab current $w] eq $w}]}
        }
        if {![catch {$w dump -image 1.0 end} imagenes]} {
            set dicho [$w get 1.0 end-1c]
            dict set d clase Text
            dict set d dicho [string range $dicho end-$tope end]
            foreach {clave nombre indice} $imagenes {catch {dict lappend d imagenes [$w image cget $indice -image]}}
            catch {foreach t [$w tag names] {if {[$w tag bind $t] ne ""} {dict lappend d marcas $t}}}
        } elseif {![catch {$w get 0 end} elementos] && ![catch {$w curselection}]} {
            dict set d clase Listbox
            set n 0
            foreach e [lrange $elementos 0 1500] {dict set d e$n $e; incr n}
        } elseif {![catch {$w get} dicho] && ![catch {$w index end}]} {
            catch {dict set d dicho [string range $dicho 0 $tope]}
            catch {dict set d valores [$w cget -values]}
            catch {set n 0; foreach e [$w cget -values] {dict set d e$n $e; incr n}}
            dict set d campo 1
        } elseif {$clase eq "Treeview"} {
            set n 0
            set filas [$w children {}]
            while {[llength $filas] && $n < 1500} {
                set f [lindex $filas 0]
                set filas [concat [$w children $f] [lrange $filas 1 end]]
                dict set d e$n [string trim "[$w item $f -text] [join [$w item $f -values]]"]
                dict set d i$n $f
                catch {if {[$w item $f -image] ne ""} {dict lappend d imagenes [lindex [$w item $f -image] 0]}}
                incr n
            }
        } elseif {$clase eq "Canvas"} {
            set n 0
            foreach i [lrange [$w find all] end-1500 end] {
                if {[$w itemcget $i -state] eq "hidden"} continue
                switch [$w type $i] {
                    text {dict set d e$n [$w itemcget $i -text]; dict set d i$n $i; incr n}
                    image {if {[$w itemcget $i -image] ne ""} {dict lappend d imagenes [$w itemcget $i -image]; dict lappend d piezas_imagen $i}}
                }
                if {[$w type $i] in {image oval polygon rectangle}} {dict lappend d piezas $i}
            }
            # Como se lee: de arriba abajo y de izquierda a derecha.
            set leido {}
            foreach i [$w find all] {
                if {[$w type $i] eq "text" && [$w itemcget $i -state] ne "hidden"} {
                    lassign [$w bbox $i] izquierda arriba derecha abajo
                    lappend leido [list [expr {int($arriba / 8.0)}] $izquierda [$w itemcget $i -text]]
                }
            }
            dict set d dicho [join [lmap t [lsort -integer -index 0 [lsort -integer -index 1 $leido]] {lindex $t 2}] "\n"]
        } elseif {$clase eq "TNotebook"} {
            set n 0
            foreach p [$w tabs] {dict set d e$n [$w tab $p -text]; dict set d i$n $p; incr n}
            catch {dict set d elegida [$w select]}
        } elseif {$clase eq "Menu"} {
            if {![catch {$w index end} ultimo] && [string is integer -strict $ultimo]} {
                # También lo que no lleva letrero, como la línea de puntos o un separador: cuenta en los números de los demás.
                for {set n 0} {$n <= $ultimo} {incr n} {
                    dict set d e$n ""
                    dict set d i$n [$w type $n]
                    catch {dict set d e$n [$w entrycget $n -label]}
                    catch {dict set d m$n [$w entrycget $n -menu]}
                    catch {if {[$w entrycget $n -state] eq "disabled"} {dict set d i$n disabled}}
                }
            }
        }
        set partes {}
        dict for {c v} $d {lappend partes $c [apply $h $v]}
        lappend renglones [join $partes " "]
    }
    join $renglones "\n"
}}
