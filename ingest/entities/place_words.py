"""The words beside a region's name that tell a place from the name of something else.

Belongs here: lists, in lower case where the text's case does not matter. Does not: how they are used
(``place_reading``), nor names of regions (the registry).
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


LEVEL_WORDS = {
    "provinsi": "province", "propinsi": "province", "prov": "province", "kabupaten": "regency", "kab": "regency",
    "kabupaten administrasi": "regency", "kota": "city", "kotamadya": "city", "kota administrasi": "city",
    "kota adm": "city",
}  # fmt: skip

# Names that are also words or people's names: they count where something says that a place is meant.
RISKY = _words(
    """
    Agam Alor Asahan Barru DIY Basel Batu Batubara Belu Bima Bone Buru Dairi Intan Kaur Kobar Lahat Landak Lingga Mabar
    Madina Mappi Mitra Muba Muna Mura Natuna Paser Pasir Pati Sampang Serang Siantar Sigi Solo Sula Tegal Tual
    """
)
# Names that smaller places bear too: they count where the article names their province, or something else in it.
HOMONYMS = _words("Banjar Batang Kotabaru Kuningan Lebak Malaka Manggarai Metro Puncak Toba") | {
    "Batu Bara", "Kota Baru", "Pulau Seribu",
}  # fmt: skip

# Words before a name that leave it a place, however they are written.
PLAIN_BEFORE = _words(
    """
    di ke dari dan atau serta hingga sampai menuju asal se untuk bagi pada oleh dengan tentang soal antara selain
    termasuk seperti yakni yaitu khususnya terutama sekitar seluruh setelah sebelum saat ketika karena kalau jika bila
    menurut bahwa kemudian lalu sementara sedangkan namun tetapi tapi hanya bahkan kini sekarang dulu juga ini itu
    akibat agar demi tanpa dalam luar lintas jelang lewat via vs melawan adalah
    warga masyarakat penduduk rakyat orang pria wanita perempuan lelaki pemuda pemudi pelajar mahasiswa siswa santri
    anak bocah remaja pedagang petani nelayan buruh pengusaha wartawan jurnalis tokoh ulama putra putri gadis jemaah
    jamaah pemudik wisatawan turis pengungsi korban
    wilayah kawasan daerah pulau tanah bumi pesisir perbatasan pinggiran pusat lokasi arah jalur rute
    provinsi propinsi kabupaten kota
    pilkada pilgub pilbup pilwalkot pilwali pemilihan pemilu apbd rapbd dapil ump umk
    gempa banjir karhutla kebakaran longsor tsunami bencana kerusuhan tragedi tawuran kecelakaan macet erupsi cuaca
    kabut asap isu kasus konflik pemekaran otsus pariwisata wisata ekonomi kondisi
    """
)

# Words directly before a name that make it the name of something else: a smaller place, a site, a road, a people, a
# dish, a person, a body.
NAMED_BY = _words(
    """
    kecamatan kec kelurahan kel desa distrik dusun kampung nagari gampong lingkungan perumahan
    jalan jl jln gang gg simpang bundaran tol
    danau sungai kali gunung bukit laut selat teluk tanjung pantai samudra samudera sesar
    stasiun bandara bandar pelabuhan terminal stadion gelora hotel mal mall plaza pasar masjid gereja gedung jembatan
    lapas rutan istana keraton kraton rs rsu rsud rsup puskesmas kampus museum monumen tugu waduk taman kantor markas
    suku etnis bahasa berbahasa aksara marga batik tenun kain songket tari tarian lagu film album sinetron novel wayang
    nasi soto sate rawon bakso mie mi rendang gudeg masakan martabak kopi teh dodol salak jeruk tahu pempek kerupuk
    sambal ayam bebek sapi kambing bika
    pak bu bapak ibu mas mbak bang kang gus kiai kyai kh ustaz ustadz ustad habib hj dr prof ir drs om tante
    sultan raja pangeran kerajaan kesultanan uskup keuskupan kri kmp km kapal
    wali walikota kapolda wakapolda kapolres wakapolres kapolresta kapolrestabes kapolsek wakapolsek polda polres
    polresta polrestabes polsek mapolda mapolres mapolresta mapolsek pemprov pemkot pemkab pemda pemko gubernur wagub
    bupati wabup walkot wawalkot sekda cagub cawagub cabup dprd dprk dpr kejati kejari kajati kajari kodam korem kodim
    lanud lanal dinkes disdik dishub disnaker diskominfo disparbud dlh satpol damkar bpbd kadis kadishub kadinkes samsat
    dinas badan pn pt cukai tribun radar warkop semen pupuk
    """
) | _words(
    """
    persib persija persebaya arema psis psm pss psim persela persik persita persis persipura persijap persiraja psms
    psps persiba persibat persikabo persiku persewar perseru psbs sriwijaya bhayangkara
    """
)

# Words that a longer name of a body begins with, however many words lie between: Universitas Negeri Semarang.
ORGANISATIONS = _words(
    """
    universitas univ institut politeknik poltek akademi stikes stie stai iain uin unmuh bank pt cv ud pd perum perumda
    bumd yayasan koperasi perkumpulan himpunan ikatan asosiasi aliansi forum persatuan lembaga dewan majelis komite
    komisi dinas badan biro balai kantor kanwil kementerian kejaksaan pengadilan kepolisian pemerintah partai dpd dpw
    dpc dpp fraksi pengurus pimpinan cabang kepala direktur rektor kabid kasat kasi kabag satgas satlantas satreskrim
    satresnarkoba satuan direktorat perhubungan serikat gerakan komunitas klub tribun radar harian
    """
)

# Sites and places that bear a name of their own: what follows that name says where they are.
VENUES = _words(
    """
    stasiun bandara bandar pelabuhan terminal stadion gelora gor hotel mal mall plaza pasar masjid gereja gedung
    jembatan lapas rutan istana rs rsu rsud rsup rspad puskesmas museum monumen tugu waduk taman jalan jl jln gang
    kecamatan kec kelurahan desa dusun kampung distrik pantai danau gunung sungai kali tol kompleks komplek perumahan
    apartemen lapangan alun-alun wisma aula auditorium pondok ponpes simpang sman smpn smkn sdn sma smp smk sd
    """
)
# Words of a site's kind, not of its own name: Jalan Raya, Rumah Sakit Umum Daerah.
KIND_WORDS = _words("raya tol besar agung umum sakit daerah internasional nasional lintas utama islam negeri kota")

# Words before a run of capitalised names that say that it is where something is: di Megamendung Bogor.
LOCATIVE = _words("di ke kawasan wilayah daerah lokasi perairan pesisir")
# Words before a risky name that say that a place is meant.
CUES = LOCATIVE | _words(
    "dari khas asal warga menuju masyarakat penduduk sekitar seluruh pulau kelahiran arah perbatasan"
)

# Capitalised words behind a name that make it a longer one, in headlines too.
TAILS = _words(
    """
    Utara Selatan Barat Timur Tengah Pusat Raya Baru Lama Kulon Wetan Kidul Lor Hulu Hilir Kota
    United FC Post Pos TV City Zoo Park Mall Square Expo Cup Open Marathon Run Times Express Ekspres Airport
    International Center Centre Fair Carnival Nugini
    """
)
# Capitalised words behind a name in running text that do not.
PLAIN_BEHIND = _words(
    """
    Senin Selasa Rabu Kamis Jumat Jum'at Sabtu Minggu Ahad Januari Februari Maret April Mei Juni Juli Agustus September
    Oktober November Desember Rp Komjen Irjen Brigjen Kombes AKBP Kompol AKP Iptu Ipda Aiptu Aipda Bripka Komisaris
    Ajun Inspektur Letjen Mayjen Kolonel Letkol Mayor Kapten H Hj Dr Drs Prof Ir KH Nomor No Tahun Provinsi Propinsi
    Prov Kabupaten Kab Kota Indonesia WIB WITA WIT
    """
)
# Acronyms before a name in a headline that leave it a place; others are of bodies, parties and clubs.
PLAIN_ACRONYMS = _words(
    """
    APBD RAPBD UMP UMK HUT KTP PNS ASN KKB OPM TKI TKW UMKM WNA WNI SD SMP SMA SMK SPMB PPDB PSBB PPKM CFD ISPA DPT
    ODP PDP DBD TPA TPS THM IRT ABG DI
    """
)
