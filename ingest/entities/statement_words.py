"""Words by which Indonesian newsrooms attribute speech and name speakers.

Belongs here: cue verbs, words for offices, roles and ranks, and the words that end or interrupt a naming. Does not: how
they are put together (``statement_spans``, ``statement_speakers``). Which verbs count was decided over cases of each in
the development articles; the guide beside the labelled statements states it.
"""

from __future__ import annotations

import re


def words(listed: str) -> frozenset[str]:
    """The words of a list that is written with blanks."""
    return frozenset(listed.split())


# --- cues ---------------------------------------------------------------------------------------------------------

# Bare stems beside a quotation, before or behind the speaker; -nya makes the speaker an anaphor.
QUOTE_CUES = words(
    """
    kata ujar tutur ucap jelas tegas ungkap imbuh papar terang sebut lanjut tambah beber tukas pungkas cetus sambung
    tandas tutup tulis jawab balas tanya seru sahut timpal komentar kenang keluh bantah urai kisah akui demikian
    pinta imbau klaim simpul jabar rinci celetuk canda singgung sesal dalih puji doa curhat seloroh kelakar gumam
    buka teriak sorak ajak harap bela sindir kritik kesah ceplos cuit timpalnya papar kutip pikir
    """
)
# Stems that also report a clause without quotation marks: ", kata X"
_CLAUSE_CUES = """
    kata ujar tutur ucap jelas tegas ungkap imbuh papar terang sebut lanjut tambah beber tukas pungkas cetus sambung
    tandas
    """
# Verbs that report a clause with or without "bahwa"
SAYING = """
    mengatakan menyatakan menuturkan mengucapkan mengungkapkan menjelaskan menerangkan menegaskan menekankan
    menambahkan melanjutkan menandaskan memaparkan membeberkan menyebut menyebutkan menyampaikan mengemukakan
    mengklaim mengaku mengakui membantah mengingatkan menilai mengimbau menghimbau
    """
# Verbs that report a clause only where "bahwa", "jika", "kalau" or a comma follows
WITH_CLAUSE = """
    memastikan mengumumkan melaporkan membenarkan mengonfirmasi mengkonfirmasi mengungkap menduga meyakini
    memperingatkan menceritakan mencatat mengisahkan
    """
# Requests count where what is asked for follows, and only of officials and bodies
REQUESTS = "meminta mendesak menyarankan mengusulkan"
_OTHER = "berpendapat beranggapan berkata berujar bertutur berharap bercerita bilang"
NEEDS_CLAUSE, IS_REQUEST = words(WITH_CLAUSE) | {"bercerita"}, words(REQUESTS)

# Of these a bare noun may follow, which is no clause: without "bahwa" or a comma they need a predicate
TAKES_NOUN = words(
    """
    menyatakan mengucapkan mengungkapkan menjelaskan menerangkan menegaskan menekankan memaparkan membeberkan
    menyebut menyebutkan menyampaikan mengemukakan mengklaim mengakui membantah mengingatkan
    """
)
_ME = "|".join(
    sorted((word[2:] for word in words(SAYING + WITH_CLAUSE + " " + REQUESTS)), key=lambda stem: (-len(stem), stem))
)
# A literal first character keeps these scans fast over whole texts
# At the start of a clause without a comma: "Tapi kata dia, ..."
PLAIN_CUE = re.compile(r" (?:kata|ujar|tutur|ucap|imbuh|tambah|ungkap|terang) (?=dia,|[A-Z])")
VERB = re.compile(rf" (me(?:{_ME})|{_OTHER.replace(' ', '|')})(?=[ ,:])")
VERB_ME = re.compile(rf" (me(?:{_ME}))(?=[ ,:])")
VERB_BE = re.compile(rf" (b(?:{'|'.join(word[1:] for word in sorted(words(_OTHER)))}))(?=[ ,:])")
CLAUSE_CUE = re.compile(rf", ?(?:{'|'.join(sorted(words(_CLAUSE_CUES)))})(?:nya)?(?=[ ,.])")
ACCORDING = re.compile(r"enurut(?:nya)?(?= |,)")
BEHIND_QUOTE = re.compile(r"[ ,.]{0,3}\b([a-z]+?)(nya)?(?![\w-])")

# Before a verb: nothing is said
UNSAID = words(
    """
    tidak tak belum enggan bukan untuk akan ingin agar bisa dapat harus dengan tanpa hendak diminta yang perlu mau
    supaya jangan saat ketika dalam usai setelah mampu wajib menolak berani sengaja diduga kalau jika bila berhak
    cara kami kita saya aku anda
    """
)
# Between subject and verb
ADVERBS = words(
    """
    juga pun telah sudah lalu kemudian kembali bahkan justru hanya turut ikut langsung lantas sempat pernah
    sebelumnya tegas jelas singkat sendiri terus selalu sering kerap memang malah masih tetap kini resmi secara
    terbuka blak-blakan gamblang tegas-tegasan akhirnya sontak pula hanya cuma lebih lanjut jauh baru sama-sama
    kompak optimistis optimis sangat pun- mulanya awalnya
    """
)
JOINING = words("dan serta sambil seraya sembari hingga sekaligus")
_PREDICATE = """
    akan sudah telah adalah merupakan tidak tak bisa harus dapat masih ada belum bukan perlu siap sering kerap biasanya
    tetap cukup paling seperti pernah sempat hendak punya tinggal penuh semakin makin baik benar ingin mau menjadi kini
    sedang tengah yakni wajib boleh lebih sangat hanya juga pun agar supaya sebagai baru seharusnya terus karena memang
    mulai kembali
    """
PREDICATE = re.compile(
    rf"(?<!yang )(?<!untuk )\b(?:{'|'.join(sorted(words(_PREDICATE)))}|(?:me|di)[a-z]{{4,}}|(?:ber|ter)[a-z]{{3,}})\b"
)

# --- speakers -----------------------------------------------------------------------------------------------------

ANAPHORS = words("dia ia beliau dirinya pihaknya nya")
MANY = words("mereka keduanya ketiganya semuanya kedua")
FIRST_PERSONS = words("saya kami kita aku gue anda kamu")

# Offices of the state that make their holder an official even where the registry has no body for them
PUBLIC_OFFICES = words(
    """
    presiden wapres menteri wamen menko gubernur wagub bupati wabup walikota camat lurah kades sekda kapolri
    wakapolri kapolda wakapolda kapolres wakapolres kapolresta kapolrestabes kapolresto kapolsek kapolsekta
    kapolsubsektor dandim danrem pangdam danramil kapendam kapuspen kapenrem pangkostrad danlanud danlanal kasad
    kasal kasau ksad ksal ksau panglima dirjen kadis kadishub kadinkes kadisdik kabid kasi
    kasubbag kabag kasubdit kanit kasat kasatreskrim kasatlantas kasatresnarkoba kanitreskrim kabareskrim kadiv
    kapuspenkum karopenmas dirreskrimum dirreskrimsus dirresnarkoba dirlantas wadir kajati kajari kasipenkum
    kasintel kasipidum jaksa hakim kalapas karutan kakanwil kalaksa kapus kabiro karo bhabinkamtibmas babinsa
    komisioner mendagri menkeu menlu menhan menkes menag mensos mendikbud mendikbudristek menkumham menhub menpan
    menpora menkopolhukam menperin mentan mendag menaker menteri-esdm menkominfo menparekraf mensesneg seskab
    wamenkeu wamendagri kepala-daerah senator legislator dubes konjen konsul
    """
)
RANKS = words(
    """
    akbp kompol akp iptu ipda aiptu aipda bripka brigpol brigadir briptu bripda kombes kombespol komisaris ajun
    inspektur irjen irjenpol brigjen brigjenpol komjen komjenpol jenderal jendral letjen mayjen kolonel letkol mayor
    kapten kapt lettu letda serma serka sertu serda kopral praka pratu prada laksamana laksdya laksda laksma
    marsekal marsdya marsda marsma letnan peltu pelda bharada bripol besar pol tni purn inf kav arm czi cpm mar
    """
)
HONORIFICS = words(
    """
    dr drs dra drg ir prof professor profesor h hj hj. kh kiai kyai tgk tgh ust ustaz ustad habib gus bapak pak ibu
    bu mas mbak bang kang abang tuan nyonya nona sdr raden rr r tengku sir lord komedian
    """
)
# Ranks that only men and women in service bear; "kapten" and "komisaris" are also borne elsewhere
SERVICE_RANKS = words(
    """
    akbp kompol akp iptu ipda aiptu aipda bripka brigpol briptu bripda kombes kombespol irjen irjenpol brigjen
    brigjenpol komjen komjenpol letjen mayjen kolonel letkol lettu letda serma serka sertu serda praka pratu prada
    laksdya laksda laksma marsdya marsda marsma peltu pelda bharada
    """
)
# A relation to the person whose name follows, who is not the speaker
RELATIONS = words(
    """
    suami istri anak putra putri kakak adik ayah keluarga kerabat teman sahabat rekan kuasa mantan tetangga mertua
    menantu cucu sepupu ipar kekasih pacar
    """
)
# Words of roles and offices; a naming's role is its leading stretch of such words
ROLE_HEADS = (
    words(
        """
    ketua wakil kepala direktur dirut direktris sekretaris bendahara anggota juru jubir pengamat peneliti pakar ahli
    dosen guru rektor dekan guru-besar akademisi ekonom analis praktisi aktivis politikus politisi warga saksi
    korban pelaku tersangka terdakwa pengacara advokat kuasa penasihat pelapor terlapor pengusaha pedagang petani
    nelayan sopir pengemudi karyawan pegawai pekerja buruh mahasiswa mahasiswi siswa siswi santri pelajar penyanyi
    aktor aktris artis sutradara produser musisi vokalis gitaris pemain pelatih kapten striker bek kiper manajer
    manager asisten koordinator komisaris founder pendiri pemilik owner ceo cto cfo coo president vice director
    chief head general executive managing corporate vp svp evp pimpinan pemimpin penanggung humas kabag staf pejabat
    petugas plt pelaksana penjabat pj plh tokoh ulama ustaz pendeta pastor uskup dokter bidan perawat psikolog
    psikiater pasien suami istri ayah ibu ibunda ayahanda bapak anak kakak adik paman tante keluarga kerabat
    tetangga teman sahabat rekan sekjen deputi irjen orang-tua orangtua pria wanita perempuan lelaki laki-laki
    pemuda remaja kakek nenek
    bocah model presenter youtuber selebgram influencer komika pelawak penulis jurnalis fotografer perwakilan
    delegasi utusan duta konsul dubes perdana kanselir menlu senator inspektur deputi kabid komandan wadan danlanud
    panitera penyidik penyelidik polisi jaksa hakim komisioner legislator caleg capres cawapres calon kandidat
    relawan konsultan desainer arsitek insinyur programmer pengembang spesialis bos pebalap pembalap petinju atlet
    pesepakbola pebulutangkis kader sekjen waketum ketum sesepuh penghuni penumpang pengunjung pembeli penjual
    konsumen nasabah pelanggan pendemo demonstran massa narasumber sumber jemaah peserta panitia penyelenggara
    promotor pembawa host tim satgas juri mentor petinggi protokoler ofisial ajudan penggawa punggawa pentolan personel
    operator teknisi mekanik montir penjaga satpam sekuriti pemandu wisatawan turis nahkoda nakhoda masinis pilot
    kopilot pramugari produsen distributor agen broker investor trader mantan eks bekas sang seorang salah pihak
    para komunitas admin akun netizen warganet netter kolega asosiasi ketua-umum menteri gubernur bupati walikota
    wali presiden camat lurah kades sekda pengelola pengurus pembina penasehat lawyer jenderal majelis rois rais
    pengasuh kasi kanit kasat pemeran pelantun personel personil leader istrinya suaminya anaknya ibunya ayahnya
    kakaknya adiknya alumni alumnus lulusan jebolan mertua menantu cucu sepupu ipar kekasih pacar desainer perancang
    penyair sastrawan kolektor barista koki chef kreator sekretaris-jenderal manajemen sejarawan budayawan seniman
    pengawas pemantau aparat
    """
    )
    | PUBLIC_OFFICES
)
# Words of roles that are names as often: a name where one stands before them
ALSO_NAMES = words("hakim utama muda besar agung putra putri bintang sultan raja ratu imam gadis model duta darat")
# What one says without saying something: "menyampaikan apresiasi", "menjelaskan kronologi"
SPEECH_NOUNS = words(
    """
    apresiasi terima belasungkawa duka pidato pesan pendapat permohonan permintaan protes kritik harapan selamat
    salam laporan usulan pandangan hasil aspirasi klarifikasi pernyataan sambutan kronologi alasan dukungan keluhan
    tuntutan informasi materi kekecewaan kekecewaannya kegembiraannya keinginannya rasa identitas nama arti makna
    komitmen komitmennya kesiapan kesiapannya keprihatinan keprihatinannya kesedihannya kebahagiaannya
    kekhawatirannya sikap sejumlah beberapa pentingnya perkembangan temuan
    """
)
# Roles under which a person speaks for nobody but himself, though a body's name may follow
PRIVATE_HEADS = words(
    """
    pengamat peneliti pakar ahli dosen guru rektor dekan akademisi ekonom analis praktisi aktivis politikus politisi
    warga saksi korban pelaku tersangka terdakwa pengacara advokat kuasa pelapor terlapor mantan eks bekas suami
    istri ayah ibu anak kakak adik keluarga tetangga teman mahasiswa siswa pasien calon kandidat capres cawapres
    caleg tokoh sahabat kerabat pengusaha penumpang nasabah
    """
)
# More words that a role may consist of, beside the heads
ROLE_WORDS = ROLE_HEADS | words(
    """
    umum utama jenderal eksekutif harian bidang tata usaha hukum politik ekonomi keamanan kesehatan pendidikan
    sosial hubungan masyarakat media informasi komunikasi operasional operasi keuangan pemasaran teknik produksi
    pengembangan bisnis strategis rumah sakit sekolah puskesmas rsud desa dusun rt rw kelurahan kecamatan kabupaten
    kota provinsi dinas badan divisi departemen seksi bagian biro kantor cabang wilayah regional pusat daerah fraksi
    komisi dewan partai dpr dprd dpc dpd dpp dpw universitas institut fakultas yayasan lembaga forum persatuan
    ikatan himpunan pengurus besar bicara tanggung jawab tim nasional timnas negeri dalam luar tetap sementara tugas
    senior muda setempat sekitar lokal mata kebijakan publik transportasi pemerintahan daerah lingkungan energi
    pasar modal tenaga kepolisian militer keluarga rumah tangga laut udara darat pidana perdata komunikasi digital
    siber kriminal reserse
    """
)
# Roles that open a clause as often as they explain a name before a comma
NO_APPOSITION = words("pihak para tim massa manajemen sang komunitas pria wanita perempuan calon kedua polisi")
BODY_MARKS = words("pt cv bank partai universitas yayasan institut perusahaan klub koalisi himpunan ikatan")

# Words that end a naming behind a cue
STOP = words(
    """
    saat ketika kepada dalam di pada usai sebelum seusai melalui lewat dikutip seperti dilansir menanggapi sambil
    seraya sembari dengan tentang terkait soal setelah menjawab mengutip yang lagi pula juga itu ini tersebut
    kemarin hari tadi lantas lalu kemudian sebagaimana ditemui dihubungi dikonfirmasi mengenai sementara karena
    waktu selepas selama menambahkan mengatakan menjelaskan menegaskan menyinggung merujuk merinci mengakhiri
    menutup melanjutkan mencontohkan mengingatkan bahwa menurut hingga untuk pekan siang malam pagi sore membeberkan
    mengungkapkan menyebut berbicara via jelang terhadap sesaat sekaligus atas akan telah sudah secara per dari oleh
    kala kalau agar
    """
)
# What opens a sentence with a capital and says nothing itself; so do words like "Kehadiran" and "Pernyataannya"
NO_SPEAKERS = words(
    """
    laporan data hasil survei surat video unggahan aturan kabar isu fakta langkah kasus program proyek film drama
    lagu buku artikel studi riset putusan hal situasi kondisi undang-undang uu pasal dokumen jurnal foto rekaman
    sinetron serial acara dalam studi narasi klaim akta catatan berita cerita lembaran tulisan poster siaran rilis
    informasi bunyi isi penggalan potongan keterangan sejumlah banyak beberapa analisis visum prinsip gugatan
    tuntutan dakwaan
    """
)
ABSTRACT = re.compile(
    r"(?!kepolisian|kejaksaan|kementerian|pengadilan|perusahaan|perkumpulan|persatuan|perhimpunan|kedutaan|perempuan)"
    r"(?:ke|pe|per|pen|pem|peng|pel)[a-z]{2,}an(?:nya)?",
    re.IGNORECASE,
)
# Within an office, between its words
LINKS = words("dan di bidang untuk bin binti of and for the dari pada de van von al el bagi urusan & serta atas")
CALENDAR = words(
    """
    senin selasa rabu kamis jumat jum'at sabtu minggu ahad januari februari maret april mei juni juli agustus
    september oktober november desember wib wita wit
    """
)
# Where things are said: behind an office and a comma they are no names
DATELINE_PLACES = words(
    """
    jakarta bandung surabaya semarang yogyakarta medan makassar denpasar bogor depok bekasi tangerang palembang batam
    """
)
# Capitalised only because they open a sentence
OPENERS = words(
    """
    sebelumnya namun sementara selain kemudian lalu bahkan sedangkan adapun karena sebab saat ketika hal dalam pada
    di untuk itu ini tetapi tapi meski meskipun walau selanjutnya lebih lanjut terkait menanggapi setelah usai
    menurut sebagai seperti dengan secara kepada dari dan atau jika kalau bila sejak selama hingga akibat oleh maka
    jadi padahal apalagi kini sekarang lebih-lebih kendati begitu tak tidak hanya demikian senada serupa sama
    melalui atas berdasarkan agar supaya berikut ada para sejumlah beberapa banyak semua setiap satu dua tiga kedua
    pertama ketiga terakhir akhirnya nantinya sesuai guna mengenai soal bagi antara tentang merespons merespon
    lanjut tambah bukan belum awalnya mulanya tadi jelas tersebut sampai usainya saking tentu memang masih termasuk
    khusus melansir mengutip dikutip dilansir disampaikan saran baca pasalnya alhasil rencananya sebabnya
    """
)
